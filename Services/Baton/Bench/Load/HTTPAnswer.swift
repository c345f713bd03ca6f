import Foundation
import NIOCore

/// An answer of the ingress, read as far as the load generator needs it.
struct HTTPAnswer: Equatable, Sendable {
    let status: Int
    let body: ByteBuffer

    /// Whether the transaction ended well: the only answer that counts.
    var isApproved: Bool { status == 201 && body.firstIndex(of: #""outcome":{"kind":"approved""#) != nil }

    /// The answer in a few words, such as `201 declined codeUsed` or `503 overloaded`.
    var kind: String {
        let words = [#""kind":""#, #""reason":""#, #""code":""#].compactMap { body.word(after: $0) }
        return ([String(status)] + (words.isEmpty ? [body.word(after: #""state":""#)].compactMap { $0 } : words))
            .joined(separator: " ")
    }
}

/// Reads answers from a connection: HTTP/1.1 with `Content-Length`, one answer at a time.
struct HTTPAnswerReader {
    enum Reading: Equatable {
        /// The answer is not complete yet.
        case more
        case answer(HTTPAnswer)
        /// Not an answer that this reader supports.
        case broken
    }

    /// The most bytes of an answer.
    static let bytesMax = 65_536

    private var pending = ByteBuffer()

    mutating func append(_ arrived: ByteBuffer) -> Reading {
        if pending.readableBytes == 0 {
            pending = arrived
        } else {
            pending.writeImmutableBuffer(arrived)
        }
        guard let end = pending.firstIndex(of: "\r\n\r\n") else { return tooLong ? .broken : .more }
        let head = pending.readableBytesView.prefix(end)
        guard let status = Self.status(head), let length = Self.contentLength(head), length <= Self.bytesMax else {
            return .broken
        }
        guard pending.readableBytes >= end + 4 + length else { return .more }
        pending.moveReaderIndex(forwardBy: end + 4)
        guard let body = pending.readSlice(length: length), pending.readableBytes == 0 else { return .broken }
        pending = ByteBuffer()
        return .answer(HTTPAnswer(status: status, body: body))
    }

    private var tooLong: Bool { pending.readableBytes > Self.bytesMax }

    /// Of `HTTP/1.1 201 Created`.
    private static func status(_ head: ByteBufferView) -> Int? {
        let digits = head.dropFirst(9).prefix(3)
        guard head.starts(with: "HTTP/1.1 ".utf8), digits.count == 3 else { return nil }
        return number(digits)
    }

    private static func contentLength(_ head: ByteBufferView) -> Int? {
        head.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var rest = UnsafeRawBufferPointer(start: base, count: bytes.count)
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
                guard rest.count > name.utf8CodeUnitCount, let line = rest.baseAddress,
                    strncasecmp(
                        line.assumingMemoryBound(to: CChar.self),
                        UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self), name.utf8CodeUnitCount)
                        == 0
                else { continue }
                let value = rest[name.utf8CodeUnitCount...].drop { $0 == UInt8(ascii: " ") }
                return number(value.prefix { $0 > 0x20 })
            }
            return nil
        }
    }

    private static let name: StaticString = "content-length:"

    private static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count < 10 else { return nil }
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
