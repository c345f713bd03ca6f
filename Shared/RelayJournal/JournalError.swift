import RelayDomain

/// Why a journal or the registry cannot be used.
public enum JournalError: Error, Equatable, CustomStringConvertible {
    /// A newer Baton wrote it; this one must not touch it.
    case newerVersion(path: String, found: Int, known: Int)
    /// It holds something that a newer Baton wrote and this one does not know.
    case newerContents(path: String, what: String)
    /// It was made for another number of journals, which cannot be changed.
    case otherNumber(path: String, found: Int, wanted: Int)
    /// Another router has claimed it since, in a higher term: its lock was removed while the writer was alive. Nothing
    /// of the commit was written.
    case claimLost(path: String, term: UInt64, found: UInt64)
    /// What is asked for is in a segment that was archived and pruned.
    case archived(path: String)
    /// A stored row is invalid.
    case damaged(path: String, what: String)
    /// Its index has seen batches that the log does not have: committed ones are gone from its end.
    case endLost(path: String, JournalFault)
    /// The engine or the disk refused.
    case failed(path: String, reason: String)

    /// Whether the file was changed or damaged; otherwise it cannot be used for another reason.
    public var isDamage: Bool {
        switch self {
        case .damaged, .endLost: true
        case .newerVersion, .newerContents, .otherNumber, .claimLost, .archived, .failed: false
        }
    }

    /// Whether nothing is wrong with it but that it was archived and pruned.
    public var isArchived: Bool { if case .archived = self { true } else { false } }

    public var description: String {
        switch self {
        case .newerVersion(let path, let found, let known):
            "\(path) was written by a newer Baton (schema \(found), this one knows up to \(known)); start that version"
        case .newerContents(let path, let what): "a newer Baton wrote \(what) in \(path); start that version"
        case .otherNumber(let path, let found, let wanted):
            "\(path) belongs to a relay of \(found) journals, not \(wanted); BATON_JOURNALS is fixed once journals exist"
        case .claimLost(let path, let term, let found):
            "\(path) is written by another router (term \(found), this one's was \(term)), so nothing more was; "
                + "never remove a .lock file while routers run"
        case .archived(let path): "\(path) was pruned; its copy is where `baton journal archive` put it"
        case .damaged(let path, let what): "\(path) is damaged: \(what); restore it from a backup"
        case .endLost(let path, let fault): "\(path) is damaged: \(fault)"
        case .failed(let path, let reason): "\(path) cannot be used: \(reason)"
        }
    }
}
