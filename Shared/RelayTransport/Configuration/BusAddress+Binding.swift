import Glibc

extension BusAddress {
    /// The address that the router called `name` binds for `endpoint`. Makes the directory of an `ipc://` address.
    /// - Throws: ``TransportError/pathTooLong(path:bytes:bytesMax:)``, ``TransportError/badDirectory(_:reason:)``.
    func binding(_ endpoint: BusEndpoint, name: String) throws(TransportError) -> String {
        switch self {
        case .ipc(let directory):
            let path = try Self.checked(path: "\(directory)/\(name).\(endpoint.rawValue)")
            try Self.makePrivate(directory)
            return "ipc://" + path
        case .tcp(let host, let port):
            let host = host.contains(":") ? "[\(host)]" : host
            return port == 0 ? "tcp://\(host):*" : "tcp://\(host):\(port + endpoint.portOffset)"
        }
    }

    /// The address by which other processes find `endpoint` where it was bound.
    func found(_ endpoint: BusEndpoint, bound: String) -> BusAddress {
        guard case .tcp(let host, 0) = self, let port = bound.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            return self
        }
        return .tcp(host: host, port: port - endpoint.portOffset)
    }

    /// - Throws: ``TransportError/pathTooLong(path:bytes:bytesMax:)``.
    static func checked(path: String) throws(TransportError) -> String {
        let bytes = path.utf8.count
        guard bytes <= pathBytesMax else { throw .pathTooLong(path: path, bytes: bytes, bytesMax: pathBytesMax) }
        return path
    }

    /// Makes the directory with mode 0700; an existing one must belong to this user only, because `ipc://` has no keys.
    private static func makePrivate(_ directory: String) throws(TransportError) {
        var path = directory.hasPrefix("/") ? "" : "."
        for part in directory.split(separator: "/") where part != "." {
            path += "/" + part
            guard mkdir(path, 0o700) == 0 || errno == EEXIST || errno == EROFS || errno == EACCES else {
                throw .badDirectory(directory, reason: String(cString: strerror(errno)))
            }
        }
        var found = stat()
        guard stat(directory, &found) == 0 else {
            throw .badDirectory(directory, reason: String(cString: strerror(errno)))
        }
        guard found.st_mode & S_IFMT == S_IFDIR else { throw .badDirectory(directory, reason: "it is not a directory") }
        guard found.st_uid == geteuid(), found.st_mode & 0o077 == 0 else {
            throw .badDirectory(directory, reason: "others may enter it; make it private: chmod 700")
        }
    }
}
