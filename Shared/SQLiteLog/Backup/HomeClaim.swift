import RelayDomain

/// The locks of all journals that a home may have, made or not: while they are held no router begins to write there.
final class HomeClaim {
    private let files: RelayFiles
    private var claims: [(number: UInt8, lock: FileClaim)] = []

    /// - Throws: ``BackupError/claimed(journal:folder:)`` if a router writes, ``JournalError/failed(path:reason:)``.
    init(_ files: RelayFiles) throws {
        self.files = files
        for number in 0...TransactionID.journalMax {
            guard let lock = try FileClaim("\(files.journals)/\(number).lock") else {
                throw BackupError.claimed(journal: Int(number), folder: files.journals)
            }
            claims.append((number, lock))
        }
    }

    /// Only journals that are there, or of which that cannot be seen, keep their locks' files.
    deinit {
        for (number, lock) in claims where (try? files.log(number).isBare) == true { lock.remove() }
    }
}
