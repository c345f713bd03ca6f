/// What an envelope is made of, told from its bytes without decoding it: a decoder makes an object of each two bytes of
/// a list of messages, this counts them.
///
/// Reads the wire format of https://protobuf.dev/programming-guides/encoding/ two levels deep, the envelope and its
/// body, and one level more where a body has a list inside: the shop of `administer`, the names of `resume`. What lies
/// deeper is bounded by the length of the message.
public struct EnvelopeOutline: Equatable, Sendable {
    /// Why the bytes are not worth decoding.
    public enum Fault: Error, Equatable, Sendable {
        /// They are no envelope: cut off, a group, a field numbered 0, or more than one body.
        case malformed
        /// The envelope or its body has more fields than any message of the relay.
        case tooManyFields
    }

    /// The most fields beside the body: those that this version knows, and what later ones may add.
    public static let marksMax = 16

    /// 0 where there is none.
    public private(set) var version: UInt64 = 0
    /// 0 where there is none.
    public private(set) var correlation: UInt64 = 0
    /// The field number of the body; 0 where there is none.
    public private(set) var body: UInt64 = 0

    /// How many fields the body and the list inside have.
    public private(set) var fields = 0

    /// Whether the body is an operator's `administer`, the one message to a router that may be long.
    public var isAdministration: Bool { body == Number.administer }

    /// The numbers of fields, as in the `.proto` files.
    private enum Number {
        static let version: UInt64 = 1
        static let correlation: UInt64 = 2
        /// The body's are this one and those above it.
        static let bodyMin: UInt64 = 10
        static let administer: UInt64 = 23
        static let apply: UInt64 = 1
        static let deviceCall: UInt64 = 42
        static let resume: UInt64 = 14
    }

    /// - Parameter fieldsMax: how many fields the body and its inner list may have together.
    public init(_ bytes: UnsafeRawBufferPointer, fieldsMax: Int) throws(Fault) {
        var envelope = WireFields(bytes)
        var marks = 0
        while let field = try envelope.next() {
            if field.number < Number.bodyMin {
                marks += 1
                guard marks <= Self.marksMax else { throw .tooManyFields }
                if field.number == Number.version { version = field.value }
                if field.number == Number.correlation { correlation = field.value }
            } else {
                guard body == 0, let content = field.content else { throw .malformed }
                body = field.number
                try count(content, inner: inner, most: fieldsMax)
            }
        }
    }

    /// The field of the body that holds a list; 0 where it has none.
    private var inner: UInt64 {
        switch body {
        case Number.administer: Number.apply
        case Number.deviceCall: Number.resume
        default: 0
        }
    }

    private mutating func count(_ bytes: UnsafeRawBufferPointer, inner: UInt64, most: Int) throws(Fault) {
        var message = WireFields(bytes)
        while let field = try message.next() {
            fields += 1
            guard fields <= most else { throw .tooManyFields }
            if field.number == inner, let list = field.content { try count(list, inner: 0, most: most) }
        }
    }
}

/// The fields of one protobuf message, one after the other.
private struct WireFields {
    struct Field {
        let number: UInt64
        /// Of a varint; 0 for other kinds.
        var value: UInt64 = 0
        /// Of a text, of bytes, of a message or of a packed list.
        var content: UnsafeRawBufferPointer?
    }

    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next field; nil at the end.
    mutating func next() throws(EnvelopeOutline.Fault) -> Field? {
        guard place < bytes.count else { return nil }
        let tag = try varint()
        var field = Field(number: tag >> 3)
        guard field.number > 0, field.number < 1 << 29 else { throw .malformed }
        switch tag & 7 {
        case 0: field.value = try varint()
        case 1: _ = try consume(8)
        case 2:
            guard let length = Int(exactly: try varint()) else { throw .malformed }
            field.content = try consume(length)
        case 5: _ = try consume(4)
        default: throw .malformed  // Groups: this protocol has none.
        }
        return field
    }

    private mutating func consume(_ length: Int) throws(EnvelopeOutline.Fault) -> UnsafeRawBufferPointer {
        let start = place
        guard length <= bytes.count - start else { throw .malformed }
        place = start + length
        return UnsafeRawBufferPointer(rebasing: bytes[start..<place])
    }

    private mutating func varint() throws(EnvelopeOutline.Fault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count, shift < 64 {
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .malformed
    }
}
