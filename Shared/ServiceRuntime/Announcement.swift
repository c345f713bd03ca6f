import Foundation
import JSONText

/// What a process publishes about itself once it is ready: `run/<name>.json` below the home.
///
/// Written atomically, removed at an orderly end. After a crash it stays: compare ``pid``.
public struct Announcement: Codable, Hashable, Sendable {
    /// The executable: `baton-router`.
    public let service: String
    /// The instance, `BATON_NAME`.
    public let name: String
    /// The process that was started: to end the instance, send it a signal.
    public let pid: Int32
    /// The process that does the work: `pid` itself under `baton up`, else the child of that ``Watchdog``.
    public let worker: Int32
    /// When the process started, RFC 3339 in UTC.
    public let startedAt: String
    /// Where `/livez`, `/readyz` and `/metrics` are served: `127.0.0.1:43120`.
    public let admin: String
    /// The addresses that the services of the process have bound, by protocol: `http` → `127.0.0.1:43121`.
    public let addresses: [String: String]

    /// The announcement of an instance, nil if there is none.
    /// - Throws: ``RuntimeError/announcement(path:reason:)`` if the file is not an announcement.
    public static func read(home: Home, name: String) throws(RuntimeError) -> Announcement? {
        let path = path(home: home, name: name)
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        guard let announcement = try? StrictJSON.decode(Announcement.self, from: data) else {
            throw .announcement(path: path, reason: "is not an announcement; remove the file")
        }
        return announcement
    }

    /// Waits until an instance has announced itself, looking every 10 ms.
    /// - Parameters:
    ///   - pid: accepts only this process's announcement, not one that a crash has left behind.
    ///   - limit: how long to wait at most.
    /// - Throws: ``RuntimeError/announcement(path:reason:)`` after `limit`; `CancellationError`.
    public static func wait(
        home: Home, name: String, pid: Int32? = nil, within limit: Duration
    ) async throws -> Announcement {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let found = try read(home: home, name: name), pid == nil || found.pid == pid { return found }
            try await Task.sleep(for: .milliseconds(10))
        }
        let waited = SettingKind<Duration>.text(of: limit)
        throw RuntimeError.announcement(
            path: path(home: home, name: name), reason: "did not appear within \(waited); look into the log of \(name)")
    }

    /// Writes the file beside its place, then moves it there.
    func write(to home: Home) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let path = Self.path(home: home, name: name)
        let draft = "\(path).\(pid).draft"
        try encoder.encode(self).write(to: URL(fileURLWithPath: draft))
        guard rename(draft, path) == 0 else {
            throw RuntimeError.announcement(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// Removes a leftover announcement of an earlier process of this name.
    static func clear(home: Home, name: String) {
        unlink(path(home: home, name: name))
    }

    /// Removes the file, if it is still this process's.
    func remove(from home: Home) {
        if (try? Self.read(home: home, name: name)) == self { Self.clear(home: home, name: name) }
    }

    private static func path(home: Home, name: String) -> String { "\(home.run)/\(name).json" }
}
