import Crypto
import Foundation

// The backup's one file: a tar archive (POSIX ustar), which any system can list, unpack and check without Baton.

/// Writes members one after the other. The file is this user's alone.
struct TarWriter {
    static let block = 512
    fileprivate static let chunk = 1 << 20
    private let file: FileHandle
    private let at: Int64

    /// - Parameter at: seconds since 1970; stands at each member.
    init(_ path: String, at: Int64) throws {
        file = try FileHandle(created: path)
        self.at = at
    }

    func add(_ name: String, text: String) throws {
        let bytes = Data(text.utf8)
        try file.write(contentsOf: TarHeader(name: name, size: UInt64(bytes.count)).block(at: at))
        try file.write(contentsOf: bytes + Self.padding(after: UInt64(bytes.count)))
    }

    /// - Parameter progress: told the bytes written so far, and all.
    /// - Returns: the SHA-256 of the file, in hexadecimal digits.
    func add(_ name: String, file path: String, _ progress: (UInt64, UInt64) throws -> Void) throws -> String {
        guard let source = FileHandle(forReadingAtPath: path) else {
            throw BackupError.file(path: path, reason: String(cString: strerror(errno)))
        }
        defer { try? source.close() }
        let size = try source.seekToEnd()
        try source.seek(toOffset: 0)
        try file.write(contentsOf: TarHeader(name: name, size: size).block(at: at))
        let hash = try source.copy(size, to: file, progress)
        try file.write(contentsOf: Self.padding(after: size))
        return hash
    }

    /// Two empty blocks end an archive. Returns when all of it is on the disk.
    func finish() throws {
        try file.write(contentsOf: Data(count: 2 * Self.block))
        try file.synchronize()
        try file.close()
    }

    static func padding(after size: UInt64) -> Data { Data(count: (block - Int(size % UInt64(block))) % block) }
}

/// Reads members one after the other.
struct TarReader {
    private let file: FileHandle
    private let path: String

    init(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw BackupError.file(path: path, reason: String(cString: strerror(errno)))
        }
        self.file = file
        self.path = path
    }

    /// The next member, whose bytes are to be read before the next one is asked for; nil at the archive's end.
    func next() throws -> TarHeader? {
        guard let block = try file.read(upToCount: TarWriter.block), block.count == TarWriter.block else {
            throw BackupError.noBackup(path: path, reason: "it ends too early")
        }
        if block.allSatisfy({ $0 == 0 }) { return nil }
        guard let header = TarHeader(block: block) else {
            throw BackupError.noBackup(path: path, reason: "it is no tar archive")
        }
        return header
    }

    /// A member's text.
    /// - Parameter most: how many bytes are taken into memory.
    func text(_ member: TarHeader, most: UInt64 = UInt64(TarWriter.chunk)) throws -> String {
        guard member.size <= most, let bytes = try file.read(upToCount: Int(member.size)),
            bytes.count == Int(member.size)
        else { throw BackupError.noBackup(path: path, reason: "\(member.name) cannot be read") }
        try skipPadding(of: member)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a member's bytes to a new file of this user alone.
    /// - Returns: their SHA-256.
    func extract(
        _ member: TarHeader, to target: String, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> String {
        let copy = try FileHandle(created: target)
        let hash = try file.copy(member.size, to: copy, progress)
        try copy.synchronize()
        try copy.close()
        try skipPadding(of: member)
        return hash
    }

    private func skipPadding(of member: TarHeader) throws {
        _ = try file.read(upToCount: TarWriter.padding(after: member.size).count)
    }
}

extension FileHandle {
    /// A new and empty file, readable for this user alone.
    fileprivate convenience init(created path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BackupError.file(path: path, reason: String(cString: strerror(errno))) }
        self.init(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Copies so many bytes.
    /// - Returns: their SHA-256.
    fileprivate func copy(
        _ size: UInt64, to target: FileHandle, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> String {
        var hasher = SHA256()
        var done: UInt64 = 0
        while done < size {
            guard let bytes = try read(upToCount: Int(min(UInt64(TarWriter.chunk), size - done))), !bytes.isEmpty else {
                throw BackupError.noBackup(path: "the archive", reason: "it ends too early")
            }
            hasher.update(data: bytes)
            try target.write(contentsOf: bytes)
            done += UInt64(bytes.count)
            try progress(done, size)
        }
        return hasher.finalize().withUnsafeBytes { Data($0) }.hexadecimal
    }
}
