import Foundation

/// The folder of one relay's permanent data, `BATON_HOME`, and the places in it.
public struct Home: Hashable, Sendable {
    /// The most bytes of an ipc path: the system allows 107 (unix(7)), libzmq adds none; the rest is margin.
    static let socketPathMax = 90
    /// The longest name of a socket in ``runDirectory()``, in bytes.
    public static let socketNameMax = 32

    /// Absolute, without a slash at its end.
    public let path: String

    /// - Parameter path: a relative path counts from the working directory.
    public init(_ path: String) { self.path = URL(fileURLWithPath: path).standardizedFileURL.path }

    /// The folder of the transaction journals.
    public var journals: String { path + "/journals" }
    /// The registry: relay terminals, applications, scan rules, keys.
    public var registry: String { path + "/registry.db" }
    /// The folder of the key files.
    public var keys: String { path + "/keys" }
    /// The folder of the announcements, and of the sockets if their paths are short enough.
    public var run: String { path + "/run" }

    /// Makes the missing folders of the home, readable only for this user, and makes folders private that others could
    /// read.
    /// - Throws: ``RuntimeError/folder(path:reason:)``.
    public func prepare() throws(RuntimeError) {
        var current = path
        let isOwn = !FileManager.default.fileExists(atPath: path) || isEmptyOrOurs
        do {
            let access: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
            for folder in [path, journals, keys, run] where !FileManager.default.fileExists(atPath: folder) {
                current = folder
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: access)
            }
        } catch {
            throw .folder(path: current, reason: systemReason(error) + ownerHint)
        }
        for folder in (isOwn ? [path] : []) + [journals, keys, run] where !closeToOthers(folder) {
            throw .folder(path: folder, reason: "others can read it, and this user cannot change its mode" + ownerHint)
        }
        try refuseWhereOthersWrite()
    }

    /// The folder of the `ipc://` sockets: ``run``, or, if a socket's path would be too long, a private temporary
    /// folder, the same for every process of this home.
    /// - Throws: ``RuntimeError/folder(path:reason:)`` if it cannot be made or is not private to this user.
    public func runDirectory() throws(RuntimeError) -> String {
        let folder = isRunShortEnough ? run : "/tmp/baton-\(fingerprint)-\(geteuid())"
        if isRunShortEnough { try prepare() }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw .folder(path: folder, reason: String(cString: strerror(errno)))
        }
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & 0o077 == 0
        else { throw .folder(path: folder, reason: "it is not a private folder of this user (mode 700)" + ownerHint) }
        return folder
    }

    /// Whether the home is empty, or has only what a relay makes there: only then its mode may be changed.
    private var isEmptyOrOurs: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.isEmpty || names.contains("journals")
    }

    /// A user who can write in the home could replace the journals' folder.
    private func refuseWhereOthersWrite() throws(RuntimeError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o022 != 0 else { return }
        throw .folder(path: path, reason: "others can write in it")
    }

    /// A hint about the right user, if the home is another user's.
    private var ownerHint: String {
        var status = stat()
        guard stat(path, &status) == 0, status.st_uid != geteuid() else { return "" }
        let name = getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "user \(status.st_uid)"
        return "; it belongs to \(name): run this as \(name)"
    }

    private var isRunShortEnough: Bool { run.utf8.count + 1 + Self.socketNameMax <= Self.socketPathMax }

    /// 16 hexadecimal digits that identify the path: FNV-1a, 64 bits (RFC 9923).
    private var fingerprint: String {
        let hash = path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
