# Methods that this server refuses, and why. Each is called all the same: one that is answered has no place here any more.
import inspect
import io
import re

from azure.devops._models import VssJsonCollectionWrapper
from azure.devops.exceptions import AzureDevOpsServiceError

MISSING = "an operation that this server lists as missing"
OTHER = "another product: repositories, pages of the web portal, or accounts of the hosted service"
UNROUTED = "no location of the service has it any more"


def because(reason, names):
    return dict.fromkeys(names.split(), reason)


UNSERVED = {
    "core": because(MISSING, """create_connected_service get_connected_service_details get_connected_services""") | because(OTHER, "create_or_update_proxy delete_proxy get_proxies"),
    "work_item_tracking": because(MISSING, "send_mail") | because(OTHER, "get_github_connection_repositories update_github_connection_repos"),
    "identity": because(MISSING, """create_identity create_or_bind_with_claims create_scope
        delete_scope update_scope get_identity_snapshot get_tenant get_identity_changes
        read_identities_by_scope get_user_identity_ids_by_domain_id""")
    | because(UNROUTED, "get_signed_in_token get_signout_token"),
    "graph": because(MISSING, "request_access"),
    "service_hooks": because(MISSING, "get_subscription_diagnostics update_subscription_diagnostics"),
    "audit": because(MISSING, "create_stream delete_stream query_all_streams query_stream_by_id update_status update_stream"),
    "search": because(OTHER, """fetch_scroll_code_search_results fetch_code_search_results fetch_package_search_results fetch_wiki_search_results
        get_repository_status get_tfvc_repository_status"""),
    "work_item_tracking_process_template": because(MISSING, """export_process_template import_process_template
        import_process_template_status"""),
    "contributions": because(OTHER, "get_installed_extension_by_name get_installed_extensions query_contribution_nodes query_data_providers"),
    "profile_regions": because(MISSING, "get_geo_region get_regions"),
    "notification": because(OTHER, """create_subscription delete_subscription get_event_type get_settings get_subscriber get_subscription
        get_subscription_diagnostics get_subscription_templates list_event_types list_logs list_subscriptions query_subscriptions update_settings
        update_subscriber update_subscription update_subscription_diagnostics update_subscription_user_settings"""),
}


def made_up(method):
    """Arguments of the types that the documentation of a method names: nothing that exists."""
    kinds = {name: kind for kind, name in re.findall(r":param (.+?) (\w+):", method.__doc__)}

    def argument(kind):
        if kind.startswith("[") or "<[" in kind:
            return []
        if "VssJsonCollectionWrapper" in kind:
            return VssJsonCollectionWrapper(count=0, value=[])
        if "class" in kind:
            return {}
        return {"int": 1, "bool": True, "object": io.BytesIO()}.get(kind, "00000000-0000-0000-0000-00000000000a")

    return {name: argument(kinds[name]) for name, p in inspect.signature(method).parameters.items() if p.default is p.empty and p.kind is not p.VAR_KEYWORD}


def refusal(method):
    """How a method is refused, or what happens in place of that."""
    try:
        return f"answered {method(**made_up(method))!r}"
    except AzureDevOpsServiceError as error:
        return error.type_key
    except ValueError as error:  # the client knows no location to send the request to
        return "UNROUTED" if "is not registered on" in str(error) else repr(error)


def unproven(area, client, methods, older):
    """Tells of methods that the lists above have and that are served, or that the package does not have, unless an older generation."""
    for name, reason in UNSERVED.get(area, {}).items():
        if name not in methods:
            if not older:
                yield f"{area}.{name} stands in unserved.py, but is no method"
            continue
        want = {MISSING: ["VssNotImplementedException"], UNROUTED: ["UNROUTED"], OTHER: ["VssNotImplementedException", "UNROUTED"]}[reason]
        got = refusal(getattr(client, name))
        if got not in want:
            yield f"{area}.{name} stands in unserved.py as {reason}, but is {got}"
