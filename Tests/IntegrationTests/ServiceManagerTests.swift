import Foundation
import Testing

/// `baton up` as systemd's service, which it tells how it is.
@Suite(.serialized, .timeLimit(.minutes(4))) struct ServiceManagerTests {
    @Test func itSaysWhenItIsReadyThatItLivesAndWhenItStops() async throws {
        let relay = try TestRelay()
        let path = relay.home.path + "/notify"
        let manager = try NotifySocket(path)
        let free = "127.0.0.1:0"
        let up = try await relay.start(
            "baton", as: "up", ["up"],
            [
                "BATON_ADMIN": free, "BATON_LISTEN": free, "BATON_LISTEN_TERMINALS": free, "BATON_LISTEN_POS": free,
                "BATON_LISTEN_SANDBOX": free, "NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000",
            ], hasKeyboard: true, waits: false)
        try await eventually("it lives, before it is ready") { manager.hears("WATCHDOG=1") }
        try await eventually("it is ready") { manager.hears("READY=1") }
        try await eventually("it still lives") { manager.hears("WATCHDOG=1") }
        up.signal(SIGTERM)
        try await eventually("it stops") { manager.hears("STOPPING=1") }
        #expect(try await up.end() == 0)
    }
}

/// The end that systemd holds.
private final class NotifySocket {
    private let file: Int32

    init(_ path: String) throws {
        file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(file, $0, size) == 0 }
        }
        guard isBound else { throw TestFailure("\(path): \(String(cString: strerror(errno)))") }
    }

    deinit { close(file) }

    /// Reads what has come, up to this word.
    func hears(_ word: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 256)
        while true {
            let count = recv(file, &bytes, bytes.count, 0)
            guard count > 0 else { return false }
            if String(decoding: bytes[..<count], as: UTF8.self) == word { return true }
        }
    }
}
