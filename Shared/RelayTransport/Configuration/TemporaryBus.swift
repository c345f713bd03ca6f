import Glibc

/// A private directory for `ipc://` sockets that exists as long as this object: for tests, and for a home directory
/// whose own path is too long (``BusAddress/pathBytesMax``).
public final class TemporaryBus: Sendable {
    /// The directory, with mode 0700.
    public let directory: String
    /// The bus's address, for routers and clients.
    public var address: BusAddress { .ipc(directory: directory) }

    /// - Throws: ``TransportError/badDirectory(_:reason:)``.
    public init() throws(TransportError) {
        var path = Array("/tmp/baton-XXXXXX\0".utf8).map { CChar(bitPattern: $0) }
        guard mkdtemp(&path) != nil else {
            throw .badDirectory("/tmp", reason: String(cString: strerror(errno)))
        }
        directory = String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes the directory and the sockets in it.
    deinit {
        for name in fileNames(in: directory) { unlink("\(directory)/\(name)") }
        rmdir(directory)
    }
}

/// The names of the files in a directory, sorted; empty if it cannot be read.
func fileNames(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}
