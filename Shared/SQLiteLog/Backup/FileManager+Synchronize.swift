import Foundation

extension FileManager {
    /// Returns when the names in a folder are on the disk: a file that was moved there keeps its name when power fails.
    /// - Parameter folder: empty for the current one.
    /// - Throws: ``BackupError/file(path:reason:)``.
    func synchronize(folder: String) throws {
        let folder = folder.isEmpty ? "." : folder
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BackupError.file(path: folder, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        // EINVAL: a file system that has nothing to write for a folder.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw BackupError.file(path: folder, reason: String(cString: strerror(errno)))
        }
    }

    /// Returns when a file's content is on the disk.
    /// - Throws: ``BackupError/file(path:reason:)``.
    func synchronize(file: String) throws {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BackupError.file(path: file, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw BackupError.file(path: file, reason: String(cString: strerror(errno)))
        }
    }
}
