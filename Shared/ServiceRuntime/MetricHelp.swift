/// One sentence for each metric, by its name at `/metrics`: the HELP text there.
enum MetricHelp {
    /// The sentence about a metric; nil if there is none.
    /// - Parameter name: as it is exposed.
    static func sentence(_ name: String) -> String? { sentences[name] }

    static let sentences: [String: String] = [
        "baton_bus_connections_total":
            "Connections between processes of the relay, by endpoint and event.",
        "baton_bus_links_lost_total":
            "Links between processes that ended, by reason; silent: the peer hangs, or the connection is cut.",
        "baton_bus_unsent_total": "Messages that a socket did not accept, by reason; none of them was sent.",
        "baton_bus_refused_total": "Messages that were refused, by reason; their senders were told.",
        "baton_adapter_fields_left_out_total": "Fields of approvals that did not fit and were left out.",
        "baton_adapter_answers_total": "This adapter's answers to authorizations and inquiries.",
        "baton_adapter_reversals_total": "This adapter's answers to reversals.",
        "baton_gateway_batch_messages": "How many messages for routers were passed on in one batch.",
        "baton_gateway_connections_closed_total": "Connections of devices that were closed, by the close reason.",
        "baton_gateway_connections": "Open connections of devices.",
        "baton_gateway_events_total": "Events of devices' connections and sessions, by kind.",
        "baton_gateway_handshakes_refused_total": "Handshakes that did not become WebSockets, by answer.",
        "baton_gateway_messages_lost_total":
            "Messages to or from routers that were dropped because a queue was full; devices repeat theirs.",
        "baton_gateway_sessions": "Devices that have a session at this gateway now.",
        "baton_ingress_answer_seconds": "How long a phone's request took, from its last byte to the answer's first.",
        "baton_ingress_answers_total": "Answers to phones, by HTTP status.",
        "baton_ingress_connections":
            "Open connections of phones, including those without a request.",
        "baton_ingress_connections_refused_total":
            "Connections of phones that were refused, or closed for others, by reason.",
        "baton_ingress_strangers": "Connections of phones that have not sent a whole request yet.",
        "baton_router_adapters_ready": "Adapters of a destination that accept authorizations from this router now.",
        "baton_router_commit_entries": "How many transactions one commit wrote.",
        "baton_router_commit_seconds": "How long a commit took until it was on the disk.",
        "baton_router_destination_answer_seconds":
            "How long a destination took for an authorization, from the request to the adapter's answer.",
        "baton_router_destination_trouble":
            "1 if a registered destination has no adapter (noAdapter), or only adapters in doubt (doubtful), else 0.",
        "baton_router_devices_not_ready": "Devices with a session that report that they are not ready.",
        "baton_router_devices_online": "Devices that have a session with this router now.",
        "baton_router_events_total": "Events in the journal since this router writes it, by kind.",
        "baton_router_journal_unindexed_events":
            "Durable events that a journal's index does not contain yet; a start reads them first.",
        "baton_router_journal_index_trouble":
            "1 if a journal's index does not follow it, for its disk is full or broken; /readyz says why.",
        "baton_router_journal_bytes":
            "Bytes of the journal's segments, of their WALs, and of the index.",
        "baton_router_journal_full":
            "1 if the journal has no room for new transactions, because its index does not follow, else 0.",
        "baton_router_journal_writer":
            "1 if this router writes the journal. A journal without a writer accepts nothing.",
        "baton_router_journals": "How many journals the relay has, from BATON_JOURNALS; a standby reports it too.",
        "baton_router_last_backup_timestamp_seconds":
            "When `baton journal backup` was finished last, in seconds since 1970; 0: never in this home.",
        "baton_router_refusals_total": "Refusals, by code (docs/errors.md).",
        "baton_router_registry_version": "The version of the registry in use here; all routers have the same.",
        "baton_router_transactions_without_outcome": "Transactions without an outcome.",
        "baton_router_wall_clock_ahead_seconds": "By how much the wall clock is ahead of relay time.",
        "baton_router_wall_clock_steps_total": "How often the wall clock was set while the router ran.",
    ]
}
