import HTTPEdge
import NIOCore
import NIOHTTP1
import RelayDomain

/// A phone's request whose body may still be on its way.
struct PhoneRequest {
    let head: HTTPRequestHead
    let route: Route
    /// In router time.
    let receivedAt: Instant
    let begin = NIODeadline.now()
    private(set) var body = ByteBuffer()

    init(_ head: HTTPRequestHead, _ route: Route, receivedAt: Instant) {
        (self.head, self.route, self.receivedAt) = (head, route, receivedAt)
    }

    var isHead: Bool { head.method == .HEAD }

    /// A header field's text; of several the first.
    func field(_ name: String) -> String? { head.headers.first(name: name)?.withoutOuterSpace }

    /// All texts of a header field in the request.
    func fields(_ name: String) -> [String] { head.headers[name].map(\.withoutOuterSpace) }

    /// Whether the phone sends the body only after `100 Continue`.
    var waitsToBeInvited: Bool {
        head.version == .http1_1 && field("Expect")?.lowercased() == "100-continue"
    }

    /// The length of the body that the phone announces; 0 if it announces none.
    var bytesAnnounced: Int { field("Content-Length").flatMap { Int($0) } ?? 0 }

    /// Appends a part of the body.
    /// - Returns: false if the body is longer than ``SubmissionBody/bytesMax``.
    mutating func append(_ part: ByteBuffer) -> Bool {
        guard body.readableBytes + part.readableBytes <= SubmissionBody.bytesMax else { return false }
        if body.readableBytes == 0 {
            body = part
        } else {
            body.writeImmutableBuffer(part)
        }
        return true
    }
}
