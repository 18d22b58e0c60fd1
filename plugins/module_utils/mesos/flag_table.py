# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flags of Mesos 1.11 and of Marathon 1.9 to 1.11; written by tools/mesos_flag_table.py, which is the place to change anything.

MESOS: flag, daemon that takes it (master, agent or both), type, traits.
MARATHON: flag, type, traits; int with "default=" where a rule compares two flags.
Traits: one=CHOICES, min=, max=, alias=DEPRECATED NAME, since=VERSION, removed=VERSION; "-" for none.
"""

from __future__ import annotations

MESOS = """\
acls agent json|path -
acls master json|path -
advertise_ip agent string -
advertise_ip master string -
advertise_port agent string -
advertise_port master string -
agent_features agent json|path -
agent_ping_timeout master duration max=15mins;min=1secs;alias=slave_ping_timeout
agent_removal_rate_limit master string alias=slave_removal_rate_limit
agent_reregister_timeout master duration min=10mins;alias=slave_reregister_timeout
agent_subsystems agent string alias=slave_subsystems
allocation_interval master duration -
allocator master string -
allocator_agent_recovery_factor master float -
allocator_recovery_timeout master duration -
allowed_devices agent json|path -
appc_simple_discovery_uri_prefix agent string -
appc_store_dir agent string -
attributes agent string -
authenticate_agents master bool alias=authenticate_slaves
authenticate_frameworks master bool alias=authenticate
authenticate_http_executors agent bool -
authenticate_http_frameworks master bool -
authenticate_http_readonly agent bool -
authenticate_http_readonly master bool -
authenticate_http_readwrite agent bool -
authenticate_http_readwrite master bool alias=authenticate_http
authenticatee agent string -
authentication_backoff_factor agent duration -
authentication_timeout_max agent duration -
authentication_timeout_min agent duration -
authentication_v0_timeout master duration -
authenticators master string -
authorizer agent string -
authorizers master string -
bounding_capabilities agent json|path -
cgroups_cpu_enable_pids_and_tids_count agent bool -
cgroups_destroy_timeout agent duration -
cgroups_enable_cfs agent bool -
cgroups_hierarchy agent string -
cgroups_limit_swap agent bool -
cgroups_net_cls_primary_handle agent string -
cgroups_net_cls_secondary_handles agent string -
cgroups_root agent string -
check_agent_port_range_only agent bool -
cluster master string -
container_disk_watch_interval agent duration -
container_logger agent string -
container_ports_isolated_range agent string -
container_ports_watch_interval agent duration -
containerizers agent string -
credential agent path -
credentials master path -
csi_plugin_config_dir agent string -
default_container_dns agent json|path -
default_container_info agent json|path -
default_container_shm_size agent bytes -
default_role agent string -
disallow_sharing_agent_ipc_namespace agent bool -
disallow_sharing_agent_pid_namespace agent bool -
disk_profile_adaptor agent string -
disk_watch_interval agent duration -
docker agent string -
docker_config agent json|path -
docker_ignore_runtime agent bool -
docker_kill_orphans agent bool -
docker_mesos_image agent string -
docker_registry agent string -
docker_remove_delay agent duration -
docker_socket agent string -
docker_stop_timeout agent duration -
docker_store_dir agent string -
docker_volume_checkpoint_dir agent string -
docker_volume_chown agent bool -
domain agent json|path -
domain master json|path -
domain_socket_location agent string -
effective_capabilities agent json|path alias=allowed_capabilities
egress_flow_classifier_parent agent string -
egress_rate_limit_per_container agent bytes -
egress_unique_flow_per_container agent bool -
enforce_container_disk_quota agent bool -
enforce_container_ports agent bool -
ephemeral_ports_per_container agent int -
eth0_name agent string -
executor_environment_variables agent json|path -
executor_registration_timeout agent duration -
executor_reregistration_retry_interval agent duration -
executor_reregistration_timeout agent duration max=15secs
executor_shutdown_grace_period agent duration -
external_log_file both string -
fair_sharing_excluded_resource_names master csv -
fetcher_cache_dir agent string -
fetcher_cache_size agent bytes -
fetcher_stall_timeout agent duration -
filter_gpu_resources master bool -
firewall_rules agent json|path -
firewall_rules master json|path -
framework_sorter master string one=drf,random
frameworks_home agent string -
gc_delay agent duration -
gc_disk_headroom agent float -
gc_non_executor_container_sandboxes agent bool -
hadoop_home agent string -
help both bool -
hooks agent string -
hooks master string -
host_path_volume_force_creation agent string -
hostname agent string -
hostname master string -
hostname_lookup agent bool -
hostname_lookup master bool -
http_authenticators agent string -
http_authenticators master string -
http_command_executor agent bool -
http_credentials agent path -
http_executor_domain_sockets agent bool -
http_framework_authenticators master string -
http_heartbeat_interval agent duration -
image_gc_config agent json|path -
image_providers agent string -
image_provisioner_backend agent string -
initialize_driver_logging both bool -
ip agent string -
ip master string -
ip6 agent string -
ip6_discovery_command agent string -
ip_discovery_command agent string -
ip_discovery_command master string -
isolation agent string -
jwt_secret_key agent path alias=executor_secret_key
launcher agent string one=linux,posix
launcher_dir agent string -
lo_name agent string -
log_auto_initialize master bool -
log_dir both string -
logbufsecs both int -
logging_level both string one=INFO,WARNING,ERROR
master agent string|file -
master_contender master string -
master_detector agent string -
master_detector master string -
max_agent_ping_timeouts master int min=1;alias=max_slave_ping_timeouts
max_completed_executors_per_framework agent int -
max_completed_frameworks master int -
max_completed_tasks_per_framework master int -
max_executors_per_agent master int alias=max_executors_per_slave
max_operator_event_stream_subscribers master int -
max_unreachable_tasks_per_framework master int -
memory_profiling agent bool -
memory_profiling master bool -
min_allocatable_resources master string -
modules agent json|path -
modules master json|path -
modules_dir agent string -
modules_dir master string -
network_cni_config_dir agent string -
network_cni_metrics agent bool -
network_cni_plugins_dir agent string -
network_cni_root_dir_persist agent bool -
network_enable_snmp_statistics agent bool -
network_enable_socket_statistics_details agent bool -
network_enable_socket_statistics_summary agent bool -
nvidia_gpu_devices agent csv-int -
offer_constraints_re2_max_mem master bytes -
offer_constraints_re2_max_program_size master int -
offer_timeout master duration -
oversubscribed_resources_interval agent duration -
perf_duration agent duration -
perf_events agent string -
perf_interval agent duration -
port agent int -
port master int -
publish_per_framework_metrics master bool -
qos_controller agent string -
qos_correction_interval_min agent duration -
quiet both bool -
quorum master int -
rate_limits master json|path -
reconfiguration_policy agent string one=equal,additive
recover agent string one=reconnect,cleanup
recovery_agent_removal_limit master string alias=recovery_slave_removal_limit
recovery_timeout agent duration -
registration_backoff_factor agent duration -
registry master string one=replicated_log,in_memory
registry_fetch_timeout master duration -
registry_gc_interval master duration -
registry_max_agent_age master duration -
registry_max_agent_count master int -
registry_store_timeout master duration -
registry_strict master bool -
require_agent_domain master bool -
resource_estimator agent string -
resource_provider_config_dir agent string -
resources agent string -
revocable_cpu_low_priority agent bool -
role_sorter master string one=drf,random;alias=user_sorter
roles master string -
root_submissions master bool -
runtime_dir agent string -
sandbox_directory agent string -
seccomp_config_dir agent string -
seccomp_profile_name agent string -
secret_resolver agent string -
strict agent bool -
switch_user agent bool -
systemd_enable_support agent bool -
systemd_runtime_directory agent string -
version agent bool -
version master bool -
volume_gid_range agent string -
webui_dir master string -
weights master string -
whitelist master path -
work_dir agent string -
work_dir master string -
xfs_kill_containers agent bool -
xfs_project_range agent string -
zk master string|file -
zk_session_timeout agent duration -
zk_session_timeout master duration -
"""

MARATHON = """\
accepted_resource_roles_default_behavior enum one=any,unreserved,reserved
access_control_allow_origin string -
app_info_module_execution_context_size int -
assets_path string -
backup_location string -
checkpoint toggle -
decline_offer_duration int -
default_accepted_resource_roles string removed=1.10
default_info_service_execution_context_size int -
default_network_name string -
deployment_manager_request_timeout int -
deprecated_features string -
disable_http flag -
draining_seconds int -
enable_features csv one=vips,task_killing,external_volumes,secrets,gpu_resources
env_vars_prefix string -
event_stream_max_outstanding_messages int -
executor string -
failover_timeout int -
framework_name string -
gpu_scheduling_behavior enum one=restricted,unrestricted
graceful_shutdown_timeout int -
group_manager_execution_context_size int -
group_manager_request_timeout int -
group_versions_cache_size int default=1000
ha toggle -
hostname string -
http_address string -
http_compression toggle -
http_credentials string -
http_max_concurrent_requests int -
http_port int -
http_realm string -
https_address string -
https_port int -
instance_tracker_num_parallel_loads int -
instance_tracker_num_parallel_updates int -
instance_tracker_update_queue_size int -
internal_store_backend string one=zk,mem
internal_version_caching toggle -
killBatchDuration int -
kill_chunk_size int -
kill_retry_timeout int -
killsPerBatch int -
launch_queue_request_timeout int -
launch_token_refresh_interval int -
launch_tokens int -
leader_election_backend string one=curator
leader_proxy_connection_timeout int -
leader_proxy_max_open_connections int -
leader_proxy_read_timeout int -
leader_proxy_ssl_ignore_hostname flag -
local_port_max int -
local_port_min int -
logging_level string -
logstash uri -
maintenance_mode toggle -
master url -
max_actor_startup_time int -
max_apps int -
max_concurrent_marathon_health_checks int -
max_instances_per_offer int -
max_parallel_offers int -
max_parallel_status_updates int -
max_queued_offers int -
max_queued_root_group_updates int -
max_queued_status_updates int -
max_running_deployments int default=100
mesos_authentication toggle -
mesos_authentication_principal string -
mesos_authentication_secret string -
mesos_authentication_secret_file string -
mesos_bridge_name string -
mesos_heartbeat_failure_threshold int -
mesos_heartbeat_interval int -
mesos_leader_ui_url string -
mesos_offer_constraints toggle since=1.11
mesos_role string -
mesos_user string -
metrics toggle -
metrics_datadog toggle -
metrics_datadog_api_key string -
metrics_datadog_host string -
metrics_datadog_port int -
metrics_datadog_protocol string one=udp,api
metrics_datadog_transmission_interval_ms int -
metrics_histogram_reservoir_highest_trackable_value int -
metrics_histogram_reservoir_reset_periodically toggle -
metrics_histogram_reservoir_resetting_chunks int -
metrics_histogram_reservoir_resetting_interval_ms int -
metrics_histogram_reservoir_significant_digits int -
metrics_name_prefix string -
metrics_prometheus toggle -
metrics_statsd toggle -
metrics_statsd_host string -
metrics_statsd_port int -
metrics_statsd_transmission_interval_ms int -
min_mesos_offer_constraints_update_interval int since=1.11
min_revive_offers_interval int -
new_group_enforce_role enum one=off,top
offer_matching_timeout int -
on_elected_prepare_timeout int -
plugin_conf string -
plugin_dir string -
reconciliation_initial_delay int -
reconciliation_interval int -
scale_apps_initial_delay int -
scale_apps_interval int -
scheduler_actions_execution_context_size int -
sentry uri -
sentry_tags string -
ssl_keystore_password string -
ssl_keystore_path string -
storage_compaction_interval int -
storage_compaction_scan_batch_size int -
storage_execution_context_size int -
store_cache toggle -
suppress_offers toggle -
task_launch_confirm_timeout int -
task_launch_timeout int -
task_lost_expunge_initial_delay int -
task_lost_expunge_interval int -
task_operation_notification_timeout int -
task_reservation_timeout int -
task_tracker_request_timeout int -
task_update_request_timeout int -
webui_url string -
zk zk-url -
zk_compression toggle -
zk_compression_threshold int -
zk_connection_timeout int -
zk_max_concurrency int -
zk_max_node_size int -
zk_max_versions int -
zk_operation_base_retry_sleep_ms int -
zk_operation_max_retries int -
zk_session_timeout int -
zk_timeout int -
"""
