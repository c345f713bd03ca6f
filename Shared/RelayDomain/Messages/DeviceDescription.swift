/// A device's description in `hello`, for people who look for a device. No decision uses it.
public struct DeviceDescription: Hashable, Sendable {
    /// Who made it, such as `Acme`.
    public let maker: String?
    public let model: String?
    /// Name and version of what runs on it.
    public let firmware: String?
    public let serial: String?
    /// Its extra capabilities, such as `camera` or `printer`.
    public let capabilities: [ReasonCode]

    /// How many bytes each text may have.
    public static let textBytes = 1...64
    public static let capabilitiesMax = 16

    public init(
        maker: String? = nil, model: String? = nil, firmware: String? = nil, serial: String? = nil,
        capabilities: [ReasonCode] = []
    ) {
        self.maker = maker
        self.model = model
        self.firmware = firmware
        self.serial = serial
        self.capabilities = capabilities
    }

    public var isEmpty: Bool { self == DeviceDescription() }
}
