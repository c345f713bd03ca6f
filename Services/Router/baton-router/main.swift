// The router: submitted transactions in; commands, authorizations and outcomes out.
import Router
import SQLiteLog

try await Router.run { SQLiteEngine(journals: $0.journals, registry: $0.registry) }
