import Foundation
import RelayDomain

extension RelayFiles {
    /// The file whose content is when the last backup was finished, in milliseconds since 1970.
    private var mark: URL { URL(filePath: registry).deletingLastPathComponent().appending(path: "last-backup") }

    /// When the last backup was finished; nil if none is known of.
    public var lastBackupAt: Instant? {
        guard let text = try? String(contentsOf: mark, encoding: .utf8), text.utf8.count <= 32 else { return nil }
        return Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)).map(Instant.init(milliseconds:))
    }

    /// Notes that a backup is finished, for those who watch its age.
    /// - Throws: what the disk refuses with. The backup is as good.
    public func noteBackup(at now: Instant) throws {
        try Data("\(now.milliseconds)\n".utf8).write(to: mark, options: .atomic)
    }
}
