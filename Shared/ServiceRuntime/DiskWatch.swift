import Foundation
import Logging
import ServiceLifecycle

/// Warns that the home's disk is getting full, while there is still room to act.
struct DiskWatch: Service {
    /// How often it looks.
    private static let period = Duration.seconds(30)

    let home: Home
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var warning = DiskWarning()
            while !Task.isCancelled {
                if let free = DiskWarning.free(at: home.path), warning.isDue(free: free, at: .now) {
                    logger.warning(DiskWarning.line, metadata: ["home": "\(home.path)", "free": "\(free >> 20) MiB"])
                }
                try? await Task.sleep(for: Self.period)
            }
        }
    }
}

/// Decides when a full disk is logged: at once, then every ten minutes while it lasts.
public struct DiskWarning: Sendable {
    /// The limit in bytes: a week of a busy shop's journal, and its logs.
    static let freeMin: UInt64 = 1 << 30
    static let pause = Duration.seconds(600)
    /// What is logged.
    public static let line: Logger.Message =
        "disk is getting full: make room, or move the home, before the journal cannot grow"

    private var said: ContinuousClock.Instant?

    /// No warning has been given yet.
    public init() {}

    /// - Parameter free: how many bytes are left.
    public mutating func isDue(free: UInt64, at now: ContinuousClock.Instant) -> Bool {
        guard free < Self.freeMin else {
            said = nil
            return false
        }
        if let said, now - said < Self.pause { return false }
        said = now
        return true
    }

    /// The bytes that this user may still write on the file system of `path`; nil if the system does not report them.
    public static func free(at path: String) -> UInt64? {
        var system = statvfs()
        guard statvfs(path, &system) == 0 else { return nil }
        return UInt64(system.f_bavail) * UInt64(system.f_frsize)
    }
}
