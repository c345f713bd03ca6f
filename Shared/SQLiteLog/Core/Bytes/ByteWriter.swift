/// Writes the flat layout of the log: whole numbers in seven bits a byte (the lowest first, the highest bit says that
/// more follow), texts and bytes behind their length.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    mutating func add(byte: UInt8) { bytes.append(byte) }

    mutating func add(_ number: UInt64) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A number of any sign: small ones of both signs are short.
    mutating func add(signed number: Int64) { add(UInt64(bitPattern: number << 1 ^ number >> 63)) }

    /// Eight bytes, the highest first.
    mutating func add(fixed number: UInt64) { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }

    /// Bytes whose number both sides know.
    mutating func add(raw content: some Collection<UInt8>) { bytes.append(contentsOf: content) }

    /// Bytes behind their length.
    mutating func add(field content: some Collection<UInt8>) {
        add(UInt64(content.count))
        bytes.append(contentsOf: content)
    }
}
