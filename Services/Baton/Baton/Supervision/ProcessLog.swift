import Foundation
import ServiceRuntime

/// The file with the output of one process: `log/<name>.log` below the home, and one older file beside it.
struct ProcessLog {
    /// From this size on a new file is begun.
    static let bytesMax: UInt64 = 16 * 1024 * 1024

    private let path: String
    /// Where the current run of the process began in the file.
    private let begin: UInt64
    let file: FileHandle

    /// Opens the log for a process that starts now.
    /// - Throws: if the file cannot be made.
    init(_ name: String, in folder: String) throws {
        path = "\(folder)/\(name).log"
        if Self.size(of: path) > Self.bytesMax { rename(path, "\(path).1") }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ChildProcessError(reason: "\(path): \(String(cString: strerror(errno)))") }
        begin = Self.size(of: path)
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Keeps the file of a running process below its bound: its contents become the older file.
    ///
    /// The process continues to append to the same file; a line that it writes at this moment may be lost.
    func makeRoom() {
        guard Self.size(of: path) > Self.bytesMax else { return }
        try? FileManager.default.removeItem(atPath: "\(path).1")
        try? FileManager.default.copyItem(atPath: path, toPath: "\(path).1")
        _ = ftruncate(file.fileDescriptor, 0)
    }

    /// The process's last output in this run that is not a log record (JSON): usually why it ended. A failed assertion
    /// is preferred to everything else.
    var lastWords: String? {
        guard let reader = FileHandle(forReadingAtPath: path) else { return nil }
        let end = Self.size(of: path)
        let start = begin <= end ? begin : 0  // A new file was begun meanwhile.
        let from = max(start, end > Self.tailBytesMax ? end - Self.tailBytesMax : 0)
        try? reader.seek(toOffset: from)
        var text = (try? reader.readToEnd()) ?? Data()
        if from > start { text = text.drop { $0 != UInt8(ascii: "\n") } }  // What was read begins mid-line.
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
            .filter { !$0.hasPrefix("{") }
        return (lines.last { line in Self.assertions.contains { line.contains($0) } } ?? lines.last).map(String.init)
    }

    /// How much of the end of a log is searched.
    private static let tailBytesMax: UInt64 = 64 * 1_024
    /// How the messages of Swift's runtime and libzmq begin when they end a process.
    private static let assertions = ["Fatal error", "Precondition failed", "Assertion failed"]

    private static func size(of path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_size) : 0
    }
}
