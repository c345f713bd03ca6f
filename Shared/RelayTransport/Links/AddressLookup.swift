import Glibc

/// Resolves the addresses of routers: every socket in a directory, every IP address of a name.
///
/// Resolving a name blocks until the network answers, so this runs on a thread of its own (see ``RouterAddresses``).
enum AddressLookup {
    /// What a socket can connect to, sorted.
    static func find(_ endpoint: BusEndpoint, at addresses: [BusAddress]) -> [String] {
        var found: Set<String> = []
        for address in addresses {
            switch address {
            case .ipc(let directory): found.formUnion(sockets(of: endpoint, in: directory))
            case .tcp(let host, let port):
                for number in numbers(of: host) { found.insert("tcp://\(number):\(port + endpoint.portOffset)") }
            }
        }
        return found.sorted()
    }

    private static func sockets(of endpoint: BusEndpoint, in directory: String) -> [String] {
        fileNames(in: directory).lazy
            .filter { $0.hasSuffix(".\(endpoint.rawValue)") }
            .map { "\(directory)/\($0)" }
            .filter { $0.utf8.count <= BusAddress.pathBytesMax }
            .map { "ipc://\($0)" }
    }

    /// IPv4 addresses, and only if there are none the IPv6 ones, in brackets.
    private static func numbers(of host: String) -> [String] {
        let four = numbers(of: host, family: AF_INET)
        return four.isEmpty ? numbers(of: host, family: AF_INET6).map { "[\($0)]" } : four
    }

    private static func numbers(of host: String, family: Int32) -> [String] {
        var hints = addrinfo()
        hints.ai_family = family
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var numbers: [String] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let failure = getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            if failure == 0 {
                numbers.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
            }
            next = entry.pointee.ai_next
        }
        return numbers
    }
}

/// The names of the files in a directory, sorted; empty if it cannot be read.
private func fileNames(in directory: String) -> [String] {
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
