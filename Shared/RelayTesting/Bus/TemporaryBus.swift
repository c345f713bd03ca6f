import Foundation
import RelayTransport

/// A private directory for `ipc://` sockets that lives as long as this object.
public final class TemporaryBus: Sendable {
    /// The directory, with mode 0700. Its path is short: one of a socket has at most ``BusAddress/pathBytesMax``.
    public let directory: String
    public var address: BusAddress { .ipc(directory: directory) }
    public var configuration: BusConfiguration { BusConfiguration([address]) }

    /// - Throws: ``TransportError/badDirectory(_:reason:)``.
    public init() throws(TransportError) {
        var path = Array("/tmp/baton-XXXXXX\0".utf8).map { CChar(bitPattern: $0) }
        guard mkdtemp(&path) != nil else {
            throw .badDirectory("/tmp", reason: String(cString: strerror(errno)))
        }
        directory = String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes the directory and the sockets in it.
    deinit { try? FileManager.default.removeItem(atPath: directory) }
}
