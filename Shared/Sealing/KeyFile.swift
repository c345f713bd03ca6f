import Foundation

/// A key's file: 32 random bytes as 64 hexadecimal digits and a line end, readable only by its owner.
public enum KeyFile {
    /// In bytes.
    public static let length = 32

    /// Makes the file with a new random key if it is absent. Call it only if nothing was sealed or digested before.
    /// - Returns: whether it was made.
    /// - Throws: ``KeyFileError/unwritable(path:reason:)``.
    @discardableResult
    public static func makeIfAbsent(_ file: URL) throws -> Bool {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
        let text = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() + "\n"
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return false }
            throw KeyFileError.unwritable(path: file.path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        let written = text.utf8CString.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count - 1) }
        guard written == text.utf8.count, fsync(descriptor) == 0 else {
            unlink(file.path)
            throw KeyFileError.unwritable(path: file.path, reason: String(cString: strerror(errno)))
        }
        return true
    }

    /// Replaces the file by one with a new random key. The old file is kept beside it.
    /// - Returns: the path of the old key; nil if there was none.
    /// - Throws: ``KeyFileError/unwritable(path:reason:)``.
    public static func replace(_ file: URL) throws -> String? {
        let draft = file.appendingPathExtension("new")
        unlink(draft.path)  // A leftover of a process that was killed.
        try makeIfAbsent(draft)
        var kept: String?
        if FileManager.default.fileExists(atPath: file.path) {
            let number = (1...).first { !FileManager.default.fileExists(atPath: "\(file.path).old-\($0)") } ?? 1
            let old = "\(file.path).old-\(number)"
            guard link(file.path, old) == 0 else {
                throw KeyFileError.unwritable(path: old, reason: String(cString: strerror(errno)))
            }
            kept = old
        }
        guard rename(draft.path, file.path) == 0 else {
            throw KeyFileError.unwritable(path: file.path, reason: String(cString: strerror(errno)))
        }
        return kept
    }

    /// Reads a key; any line end is accepted. A file that others can read is made private first.
    static func read(_ file: URL) throws -> [UInt8] {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            throw KeyFileError.unreadable(path: file.path)
        }
        var status = stat()
        guard stat(file.path, &status) != 0 || status.st_mode & 0o077 == 0 || chmod(file.path, 0o600) == 0 else {
            throw KeyFileError.open(path: file.path)
        }
        let digits = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !digits.isEmpty else { throw KeyFileError.empty(path: file.path) }
        guard digits.utf8.count == length * 2, digits.allSatisfy(\.isHexDigit) else {
            throw KeyFileError.malformed(path: file.path)
        }
        var bytes: [UInt8] = []
        var rest = digits[...]
        while !rest.isEmpty {
            bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

/// Why a key could not be read or written. No error contains a part of a key.
public enum KeyFileError: Error, Equatable, CustomStringConvertible {
    case unreadable(path: String)
    case malformed(path: String)
    case empty(path: String)
    /// Others can read it, and this user cannot change its mode.
    case open(path: String)
    case unwritable(path: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path):
            "no key can be read at \(path); copy the relay's there, or make a new relay's with `baton keys init`"
        case .malformed(let path): "\(path) is not a key: 64 hexadecimal digits are expected"
        case .empty(let path): "\(path) is empty; copy the relay's key there"
        case .open(let path): "\(path) can be read by others, so it is not secret; set its mode to 600"
        case .unwritable(let path, let reason): "no key can be written at \(path): \(reason)"
        }
    }
}
