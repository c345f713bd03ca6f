import Foundation
import NIOCore
import NIOPosix

/// The system's short reason why a file or address could not be used: `Permission denied`. Foundation's errors are long
/// or hide it; SwiftNIO's name its functions. Other errors describe themselves.
public func systemReason(_ error: any Error) -> String { systemCause(error) ?? "\(error)" }

/// The same; nil for an error that is not the system's. Never contains text of a peer or of a message.
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

/// The same for an error without a description, with its file.
func sentence(about error: any Error) -> String {
    let path = (error as? CocoaError).flatMap { ($0 as NSError).userInfo[NSFilePathErrorKey] as? String }
    return [path, systemReason(error)].compactMap(\.self).joined(separator: ": ")
}

/// Makes a file or folder of this user private.
/// - Returns: false if others may use it and this user cannot change that. A missing file counts as private.
public func closeToOthers(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return true }
    return chmod(path, status.st_mode & 0o700) == 0
}
