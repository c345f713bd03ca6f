import NIOCore

/// The monotonic clock of a load.
enum LoadClock {
    /// In nanoseconds.
    static var now: UInt64 { NIODeadline.now().uptimeNanoseconds }
    static var milliseconds: Int64 { Int64(now / 1_000_000) }
}
