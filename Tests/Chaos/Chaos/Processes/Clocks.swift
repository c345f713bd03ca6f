import Foundation
import RelayDomain

/// Wrong wall clocks, by Debian's faketime. The monotonic clock is not changed.
enum Clocks {
    private static let library = ["x86_64", "aarch64"]
        .map { "/usr/lib/\($0)-linux-gnu/faketime/libfaketimeMT.so.1" }
        .first { FileManager.default.fileExists(atPath: $0) }

    static var canBeWrong: Bool { library != nil }

    /// The environment that shifts a process's wall clock.
    static func environment(_ offset: Duration) -> [String: String] {
        guard let library else { return [:] }
        let seconds = offset.milliseconds / 1_000
        return [
            "LD_PRELOAD": library, "FAKETIME": "\(seconds < 0 ? "" : "+")\(seconds)s", "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        ]
    }
}
