/// One of a device's sessions.
public struct DeviceSession: Hashable, Sendable {
    public let device: Device
    public let count: ConnectionCount

    public init(device: Device, count: ConnectionCount) {
        self.device = device
        self.count = count
    }
}
