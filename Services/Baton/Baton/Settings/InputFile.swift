import Foundation

/// A file that an operator names.
enum InputFile {
    /// Reads a file of at most so many bytes; `-` is standard input.
    /// - Throws: ``OperatorError/file(path:reason:)``.
    static func read(_ path: String, most: Int) throws(OperatorError) -> Data {
        let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
            guard count > 0 else { return data }
            data.append(contentsOf: buffer[..<count])
            guard data.count <= most else { throw .file(path: path, reason: "is longer than \(most) bytes") }
        }
    }
}
