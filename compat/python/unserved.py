# Methods that are not called, each with its reason.
MISSING = "an operation that this server lists as missing and refuses with 501"
OTHER = "another product: repositories, pages of the web portal, or accounts of the hosted service"
UNROUTED = "no location of the service has it any more"
BROKEN = "the package names a model of what is sent or answered that it does not have"
RAW = "its answer is not read by anybody: the service gives the same as JSON and SVG"


def because(reason, names):
    return dict.fromkeys(names.split(), reason)


UNSERVED = {
    "core": because(MISSING, """create_connected_service get_connected_service_details get_connected_services get_project_collection
        get_project_collections remove_project_avatar set_project_avatar""") | because(OTHER, "create_or_update_proxy delete_proxy get_proxies"),
    "work_item_tracking": because(MISSING, "send_mail read_reporting_discussions")
    | because(OTHER, "get_github_connection_repositories update_github_connection_repos")
    | because(RAW, "get_attachment_zip get_work_item_icon_xaml"),
    "work": because(BROKEN, "get_board_card_settings update_board_card_settings update_taskboard_card_settings"),
    "location": because(MISSING, "delete_service_definition get_service_definition update_service_definitions")
    | because(OTHER, "get_resource_area_by_host get_resource_areas_by_host"),
    "identity": because(MISSING, """create_groups delete_group list_groups create_identity create_or_bind_with_claims create_scope
        delete_scope get_scope_by_id get_scope_by_name update_scope get_identity_snapshot
        get_tenant update_identities update_identity""")
    | because(UNROUTED, "get_signed_in_token get_signout_token get_user_identity_ids_by_domain_id")
    | because(MISSING, "force_remove_member get_identity_changes read_identities_by_scope read_member read_member_of"),
    "graph": because(MISSING, """create_user delete_user update_user create_service_principal
        delete_service_principal get_service_principal list_service_principals delete_avatar set_avatar
        request_access"""),
    "service_hooks": because(MISSING, "get_subscription_diagnostics update_subscription_diagnostics query_input_values"),
    "member_entitlement_management": because(MISSING, """add_group_entitlement delete_group_entitlement get_group_entitlement get_group_entitlements
        update_group_entitlement add_member_to_group get_group_members remove_member_from_group search_member_entitlements
        add_service_principal_entitlement update_service_principal_entitlements delete_service_principal_entitlement
        get_service_principal_entitlement update_service_principal_entitlement"""),
    "audit": because(MISSING, "create_stream delete_stream query_all_streams query_stream_by_id update_status update_stream"),
    "security": because(BROKEN, "set_access_control_lists"),
    "search": because(OTHER, """fetch_scroll_code_search_results fetch_code_search_results fetch_package_search_results fetch_wiki_search_results
        get_repository_status get_tfvc_repository_status"""),
}
