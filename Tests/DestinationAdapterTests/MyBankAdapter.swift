import BusSettings
import DestinationKit
import Foundation
import RelayTransport
import Sealing
import ServiceLifecycle
import ServiceRuntime

// The process around `MyBank`, as docs/destinations.md shows it.

public struct MyBankSettings: Sendable {
    let bank: String
    let keys: String
    let bus: BusConfiguration

    public init(_ settings: Settings) throws {
        bank = try settings.read("BATON_BANK_URL", as: .url("https"), meaning: "Where the bank answers.")
        keys = try settings.read(
            "BATON_KEYS", as: .path, default: settings.home.keys, meaning: "The folder of the key file seal.")
        bus = try .connecting(settings)
    }
}

public enum MyBankAdapter {
    public static func services(of process: ServiceProcess, _ settings: MyBankSettings) throws -> [any Service] {
        let key = try SealingKey(file: URL(fileURLWithPath: settings.keys + "/seal"))
        try process.announce()
        return [
            DestinationWorker(
                MyBank(bank: BankClient(settings.bank)), sealingKey: key, bus: settings.bus, name: process.instance,
                readiness: process.health.part("routers", detail: "no router has answered yet"))
        ]
    }
}

extension BankClient {
    /// The bank's library would connect to it.
    init(_ url: String) { self.init() }
}

/// What stands in the executable's `main.swift`.
func runMyBankAdapter() async throws {
    try await ServiceProcess.run("baton-my-bank-adapter", reading: MyBankSettings.init) { process, settings in
        try MyBankAdapter.services(of: process, settings)
    }
}
