import NIOCore

/// A text frame of the terminal gateway, read as far as the load generator needs it (docs/devices.md, "Frames").
///
/// The reader relies on the gateway's JSON without space: a frame that it cannot read is ``unreadable`` and is counted
/// in the tally.
enum DeviceText: Equatable {
    /// The result of the call with this number.
    case result(Int)
    /// The error to a call: its code.
    case error(String)
    /// A command: its ID and its sealed bytes as they are written.
    case command(id: ByteBuffer, sealed: ByteBuffer)
    case outcome
    case unreadable

    /// Where an event's name has ended at the latest: `[6,` and a number of at most 16 digits are before it.
    private static let eventHeadMax = 32

    init(_ text: ByteBuffer) {
        let bytes = text.readableBytesView
        guard bytes.count > 4, bytes[bytes.startIndex] == UInt8(ascii: "[") else {
            self = .unreadable
            return
        }
        switch bytes[bytes.startIndex + 1] {
        case UInt8(ascii: "3"):
            let digits = bytes.dropFirst(3).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty, digits.count < 10 else {
                self = .unreadable
                return
            }
            self = .result(digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
        case UInt8(ascii: "4"):
            self = text.word(after: ",\"").map(DeviceText.error) ?? .unreadable
        case UInt8(ascii: "6"):
            if text.firstIndex(of: #","outcome",{"#, within: Self.eventHeadMax) != nil {
                self = .outcome
            } else if let id = text.slice(after: #""command":""#), let sealed = text.slice(after: #""sealed":""#) {
                self = .command(id: id, sealed: sealed)
            } else {
                self = .unreadable
            }
        default:
            self = .unreadable
        }
    }

    /// The `time` of a welcome.
    static func time(in text: ByteBuffer) -> Int64? {
        let mark: StaticString = #""time":"#
        guard let start = text.firstIndex(of: mark) else { return nil }
        let digits = text.readableBytesView.dropFirst(start + mark.utf8CodeUnitCount)
            .prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int64(String(decoding: digits, as: UTF8.self))
    }
}
