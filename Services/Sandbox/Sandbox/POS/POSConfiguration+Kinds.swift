import RelayDomain
import ServiceRuntime

extension SettingKind<POSConfiguration.Socket> {
    /// A path of at most 90 bytes, or a loopback address, because any program that connects can send a customer's code.
    static var socket: Self {
        Self(
            expected: "an absolute path of at most 90 bytes, or 127.0.0.1:port", example: .path("/run/pos.sock"),
            parse: { text throws(SettingProblem) in
                if text.hasPrefix("/") {
                    guard text.utf8.count <= 90 else { throw SettingProblem("is too long for a socket") }
                    return .path(text)
                }
                guard let address = HostPort(text), ["127.0.0.1", "::1"].contains(address.host) else {
                    throw .malformed
                }
                return .address(address)
            },
            write: \.description)
    }
}

extension SettingKind<[POSConfiguration.ApplicationWindow]> {
    /// `sandbox-pay=payment,points=accrue`; one window an application.
    static var windows: Self {
        let names: [(String, Operation)] = [
            ("sandbox-pay", .payment), ("sandbox-points", .accrue), ("sandbox-rewards", .redeem),
        ]
        return Self(
            expected: "application=operation, separated by commas, at most 32; operations: payment, accrue, redeem",
            example: names.compactMap { name, operation in
                ApplicationID(name).map { POSConfiguration.ApplicationWindow(application: $0, operation: operation) }
            },
            parse: { text throws(SettingProblem) in
                var windows: [POSConfiguration.ApplicationWindow] = []
                for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                    let sides = part.split(separator: "=", omittingEmptySubsequences: false)
                    guard sides.count == 2, let application = ApplicationID(sides[0]),
                        let operation = Operation(rawValue: String(sides[1]))
                    else { throw .malformed }
                    guard !windows.contains(where: { $0.application == application }) else {
                        throw SettingProblem("names an application twice")
                    }
                    windows.append(POSConfiguration.ApplicationWindow(application: application, operation: operation))
                }
                guard windows.count <= 32 else { throw .outOfRange }
                return windows
            },
            write: { $0.map { "\($0.application)=\($0.operation.rawValue)" }.joined(separator: ",") })
    }
}

extension SettingKind<Amount> {
    /// `12.50 EUR`: money, more than nothing.
    static var sale: Self {
        Self(
            expected: "a sum of money with its currency's decimals, such as 12.50 EUR",
            example: Amount(minorUnits: 1_250, unit: .currency(CurrencyCode("EUR")!))!,
            parse: { text throws(SettingProblem) in
                guard let amount = try? CashierAction.money(text) else { throw .malformed }
                return amount
            },
            write: { "\($0)" })
    }
}

extension SettingKind<ProgramID> {
    static var program: Self {
        Self(
            expected: "1 to 64 letters, digits, '.', '_' or '-'", example: ProgramID("sandbox-points")!,
            parse: { text throws(SettingProblem) in
                guard let program = ProgramID(text) else { throw .malformed }
                return program
            },
            write: \.text)
    }
}
