import Foundation

/// How many bytes a journal's files have.
public struct JournalSizes: Hashable, Sendable {
    public let journal: Int64
    /// What has been committed and not been moved into the journal's file yet.
    public let wal: Int64
}

extension SQLiteJournal {
    /// Looks at the files; 0 for one that is not there.
    public nonisolated var sizes: JournalSizes {
        JournalSizes(journal: Self.bytes(of: path), wal: Self.bytes(of: path + "-wal"))
    }

    private static func bytes(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
