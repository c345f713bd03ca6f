import Foundation
import NIOCore
import NIOPosix

/// What the system says about a file or address that could not be used, in its own short words: `Permission denied`.
/// Foundation's errors say it in a paragraph, or hide it; SwiftNIO's name its functions. Other errors say it
/// themselves.
public func systemReason(_ error: any Error) -> String { systemCause(error) ?? "\(error)" }

/// The same, nil of an error that is not the system's. Never text of a peer or of what was to be sent.
public func systemCause(_ error: any Error) -> String? {
    if let error = error as? NIOConnectionError {
        return error.connectionErrors.first.flatMap { systemCause($0.error) } ?? "\(error.host) has no address"
    }
    if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
    var cause: NSError? = error as NSError
    while let current = cause {
        if current.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(current.code))) }
        cause = current.userInfo[NSUnderlyingErrorKey] as? NSError
    }
    switch (error as? CocoaError)?.code {
    case .fileNoSuchFile?, .fileReadNoSuchFile?: return String(cString: strerror(ENOENT))
    case .fileReadNoPermission?, .fileWriteNoPermission?: return String(cString: strerror(EACCES))
    case .fileWriteFileExists?: return String(cString: strerror(EEXIST))
    case .fileWriteOutOfSpace?: return String(cString: strerror(ENOSPC))
    case .fileWriteVolumeReadOnly?: return String(cString: strerror(EROFS))
    case .some(let code): return "the system refuses it (\(code.rawValue))"
    case nil: return nil
    }
}

/// The same for an error without words of its own, with the file that it is about.
func sentence(about error: any Error) -> String {
    let path = (error as? CocoaError).flatMap { ($0 as NSError).userInfo[NSFilePathErrorKey] as? String }
    return [path, systemReason(error)].compactMap(\.self).joined(separator: ": ")
}

/// Closes a file or folder of this user's to all others.
/// - Returns: false if others may use it and that cannot be changed here. What is not there is closed.
public func closeToOthers(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return true }
    return chmod(path, status.st_mode & 0o700) == 0
}
