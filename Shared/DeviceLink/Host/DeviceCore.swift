import DeviceProtocol
import RelayDomain

/// Everything that a device decides: a value without clock, socket and disk.
public protocol DeviceCore: Sendable {
    associatedtype Input: DeviceInput
    associatedtype Output: DeviceOutput

    /// When to step with ``RelayNews/timePassed``, on the device's monotonic clock; nil if only messages can change it.
    var deadline: Duration? { get }

    /// The scans whose outcome is not known, a few at most, the oldest first: made durable together with `entries`,
    /// before a step's `outputs` happen.
    var openScans: [ScanRecord] { get }

    /// One step over what arrived together. Nothing of `outputs` may happen before all of `entries` is durable.
    mutating func step(
        _ inputs: [Input], now: Duration, random: inout some RandomNumberGenerator
    ) -> (entries: [CommandRecord], outputs: [Output])
}

extension DeviceCore {
    /// A device without a scanner has none.
    public var openScans: [ScanRecord] { [] }
}

/// An input of a device: from the relay, or of its own.
public protocol DeviceInput: Sendable {
    static func relay(_ news: RelayNews) -> Self
}

/// An output of a device: a call to the relay, or an action of its own.
public protocol DeviceOutput: Sendable {
    static func call(_ call: RelayCall, _ request: DeviceRequest) -> Self
    var call: (call: RelayCall, request: DeviceRequest)? { get }
}
