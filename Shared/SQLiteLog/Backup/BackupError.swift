/// Why a backup could not be made, or not be restored. Nothing is left half done.
public enum BackupError: Error, Equatable, CustomStringConvertible {
    /// Something stands already where the backup shall be written.
    case exists(path: String)
    case file(path: String, reason: String)
    /// There is nothing to back up.
    case noJournals(folder: String)
    /// It cannot be restored: it was not written by `baton journal backup`, or not to its end, or changed since.
    case noBackup(path: String, reason: String)
    /// The home holds a journal or a registry.
    case homeNotEmpty(path: String)
    /// SQLite left it beside a file that is gone, and would run it into the restored one.
    case leftover(path: String)
    /// The archive's folder has a copy of this name that is of another journal's log.
    case otherLog(path: String)
    /// A router writes in the home.
    case claimed(journal: Int, folder: String)

    public var description: String {
        switch self {
        case .exists(let path): "\(path) exists; choose another name, or move it away"
        case .file(let path, let reason): "\(path): \(reason)"
        case .noJournals(let folder): "\(folder) holds no journal"
        case .noBackup(let path, let reason): "\(path) cannot be restored: \(reason)"
        case .homeNotEmpty(let path):
            "\(path) is there already; stop the relay and move its home aside, then restore into a new one"
        case .leftover(let path):
            "\(path) is left of a database that is gone, and would change the restored one; move it away, then restore"
        case .otherLog(let path): "\(path) is a copy of another log; archive into another folder"
        case .claimed(let journal, let folder):
            "a router writes journal \(journal) in \(folder); stop the relay first"
        }
    }
}
