import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// Why an ingress gave no answer, and whether the request may still have reached it.
struct PhoneError: Error, Hashable {
    /// In a few words for a person.
    let reason: String
    /// False only if there was no connection: then no byte was sent.
    let mayHaveBeenSent: Bool

    init(reason: String, mayHaveBeenSent: Bool) {
        self.reason = reason.shown
        self.mayHaveBeenSent = mayHaveBeenSent
    }

    /// What the HTTP client threw. An unexpected error counts as one after the sending.
    init(_ error: any Error) {
        switch error {
        case let error as NIOConnectionError:
            self.init(reason: Self.words(error), mayHaveBeenSent: false)
        case let error as IOError:
            self.init(reason: Self.words(error), mayHaveBeenSent: !Self.ofConnecting.contains(error.errnoCode))
        case let error as HTTPClientError:
            self.init(reason: Self.words(error), mayHaveBeenSent: !Self.beforeSending.contains(error))
        default:
            self.init(reason: "\(error)", mayHaveBeenSent: true)
        }
    }

    /// The errors of a connection that was never established.
    private static let ofConnecting = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL]

    private static let beforeSending: [HTTPClientError] = [
        .connectTimeout, .getConnectionFromPoolTimeout, .invalidURL, .emptyHost, .emptyScheme,
    ]

    private static func words(_ error: NIOConnectionError) -> String {
        guard let failure = error.connectionErrors.first else { return "no address is known for \(error.host)" }
        return (failure.error as? IOError).map { words($0) } ?? "\(failure.error)"
    }

    private static func words(_ error: IOError) -> String {
        error.errnoCode == ECONNREFUSED ? "connection refused" : String(cString: strerror(error.errnoCode))
    }

    private static func words(_ error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout: "no connection in time"
        case .deadlineExceeded, .readTimeout: "no answer in time"
        case .remoteConnectionClosed: "the connection was lost"
        default: "\(error)"
        }
    }
}
