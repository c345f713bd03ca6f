import Foundation
import NIOCore

// The load generator reads only the few words that it needs; a JSON parser would cost more than what is measured.
extension ByteBuffer {
    /// Where a text begins among the readable bytes, counted from the first of them.
    /// - Parameter most: how many of the readable bytes are searched.
    func firstIndex(of text: StaticString, from start: Int = 0, within most: Int = .max) -> Int? {
        withUnsafeReadableBytes { bytes in
            let last = min(bytes.count, most) - text.utf8CodeUnitCount
            guard let base = bytes.baseAddress, start <= last else { return nil }
            var index = start
            while index <= last {
                guard let hit = memchr(base + index, Int32(text.utf8Start.pointee), last - index + 1) else {
                    return nil
                }
                index = UnsafeRawPointer(hit) - base
                if memcmp(hit, text.utf8Start, text.utf8CodeUnitCount) == 0 { return index }
                index += 1
            }
            return nil
        }
    }

    /// The bytes that follow a text and reach to the next quotation mark; nil if the text or the mark is absent.
    func slice(after text: StaticString) -> ByteBuffer? {
        guard let start = firstIndex(of: text) else { return nil }
        let begin = start + text.utf8CodeUnitCount
        guard let end = firstIndex(of: "\"", from: begin) else { return nil }
        return getSlice(at: readerIndex + begin, length: end - begin)
    }

    /// The same as a text.
    func word(after text: StaticString) -> String? { slice(after: text).map { String(buffer: $0) } }
}
