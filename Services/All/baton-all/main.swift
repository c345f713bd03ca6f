// All executables in one file, which takes a third of their room: it is whichever of them it is called by the name of.
// What is installed is this one, and a link to it for each name.
import Baton
import DestinationAdapter
import Foundation
import Ingress
import POSAgent
import POSGateway
import RelayTerminal
import Router
import SQLiteLog
import Sandbox
import ServiceRuntime
import TerminalGateway

let processes: KeyValuePairs<String, () async throws -> Void> = [
    "baton": { await BatonCommandLine.run() },
    "baton-ingress": { try await Ingress.run() },
    "baton-router": { try await Router.run { SQLiteEngine(journals: $0.journals, registry: $0.registry) } },
    "baton-terminal-gateway": { try await TerminalGateway.run() },
    "baton-terminal": { try await RelayTerminal.run() },
    "baton-pos-gateway": { try await POSGateway.run() },
    "baton-pos-agent": { try await POSAgent.run() },
    "baton-destination-adapter": { try await DestinationAdapter.run() },
    "baton-sandbox": { try await Sandbox.run() },
]

let name = URL(fileURLWithPath: CommandLine.arguments.first ?? "").lastPathComponent
if let process = processes.first(where: { $0.key == name }) {
    try await process.value()
} else if name == "baton-all" {  // It says which links it wants.
    StandardStream.output.writeLine(processes.map(\.key).joined(separator: "\n"))
    StandardStream.output.flush()
} else {
    StandardStream.error.writeLine("\(name): this executable has to be called by one of its names: see `baton-all`")
    StandardStream.error.flush()
    exit(64)
}
