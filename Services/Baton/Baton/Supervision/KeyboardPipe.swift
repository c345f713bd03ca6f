import Foundation
import ServiceRuntime

/// Replaces a terminal's keyboard and scanner: a named pipe, `run/<name>.keyboard` below the home.
///
/// Any process that may write there can type: `echo 'amount 12.50 EUR' > .baton/run/counter-1.keyboard`.
struct KeyboardPipe: Sendable {
    let path: String

    init(_ name: String, in home: Home) { path = "\(home.run)/\(name).keyboard" }

    /// Makes a new pipe, and opens it for the process that reads it. It has no end of file: the process holds both its
    /// ends.
    func open() throws(ChildProcessError) -> FileHandle {
        unlink(path)
        guard mkfifo(path, 0o600) == 0 else { throw failure }
        let descriptor = Foundation.open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Types one line. Never waits, neither for a reader nor for room.
    /// - Returns: false if the pipe has no reader, or the file is not a pipe.
    func type(_ line: String) -> Bool {
        let descriptor = Foundation.open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return false }
        let bytes = Array("\(line)\n".utf8)
        return write(descriptor, bytes, bytes.count) == bytes.count
    }

    /// Removes the pipe.
    func remove() { unlink(path) }

    private var failure: ChildProcessError { ChildProcessError(reason: "\(path): \(String(cString: strerror(errno)))") }
}
