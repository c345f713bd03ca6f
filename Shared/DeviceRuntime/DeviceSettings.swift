import DeviceLink
import RelayDomain
import ServiceRuntime

// The settings that every device's process reads.

extension SettingKind<GatewayAddress> {
    /// A gateway's address. `wss://` is refused with a message of its own.
    /// - Parameter port: where gateways of this kind listen, for the example.
    public static func gateway(port: Int) -> Self {
        Self(
            expected: "a gateway's address such as ws://gateway:\(port)",
            example: GatewayAddress(host: "gateway", port: port),
            parse: { text throws(SettingProblem) in
                do throws(GatewayAddressError) {
                    return try GatewayAddress(text)
                } catch .tlsIsNotSupported {
                    throw SettingProblem("begins with wss://, which comes with a later version")
                } catch {
                    throw .malformed
                }
            },
            write: \.description)
    }
}

extension SettingKind {
    /// The ID under which a device is registered.
    public static func registeredID<Kind>(_ example: Identifier<Kind>) -> Self where Value == Identifier<Kind> {
        Self(
            expected: "1 to 64 letters, digits, '.', '_' or '-'", example: example,
            parse: { text throws(SettingProblem) in
                guard let id = Identifier<Kind>(text) else { throw .malformed }
                return id
            },
            write: \.text)
    }
}
