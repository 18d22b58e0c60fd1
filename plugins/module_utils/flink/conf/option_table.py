# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink's options 1.2 to 2.3; written by tools/option_catalogue.py, which is the place to change anything.

Minor versions are counted as 2 for 1.2 and 103 for 2.3.

OPTIONS: key, minor versions that read it, type (FROM:TYPE,... where it changed), traits, default (@FROM:DEFAULT... where it changed).
RENAMED: deprecated key, minor versions, the key that replaces it; "+" when the old key also feeds another option.
READ: key, minor versions that read it without an option, so that nothing is known of its value.
FAMILIES: what keys begin with, <> for a name without dots, that these minor versions take whatever follows.
MENTIONED: key, or what it begins with, minor versions of which nobody can say whether they read it.
REPLACED: key, or what it begins with, minor versions that have dropped it, and what to do instead; <> is a name without dots.
"""

from __future__ import annotations

OPTIONS = """\
$internal.application.id 103 string internal
$internal.application.main 11-103 string internal
$internal.application.program-args 11-103 string list;internal
$internal.deployment.config-dir 11-103 string internal
$internal.dispatcher.client-aliveness-check.interval 17-103 duration internal 1 min
$internal.execution.batch.adaptive.skewed-optimization.skewed-factor 100-103 double internal 4.0
$internal.execution.batch.adaptive.skewed-optimization.skewed-threshold 100-103 memorysize internal 256 mb
$internal.pipeline.job-id 11-103 string internal
$internal.yarn.log-config-file 10-103 string internal
$internal.yarn.resourcemanager.enable-vcore-matching 11-13 bool internal false
akka.ask.callstack 11-17 bool - true
akka.ask.timeout 2-17 duration - 10 s
akka.client-socket-worker-pool.pool-size-factor 5-17 double - 1.0
akka.client-socket-worker-pool.pool-size-max 5-17 int - 2
akka.client-socket-worker-pool.pool-size-min 5-17 int - 1
akka.client.timeout 2-20 duration - 60 s
akka.fork-join-executor.parallelism-factor 5-17 double - 2.0
akka.fork-join-executor.parallelism-max 5-17 int - 64
akka.fork-join-executor.parallelism-min 5-17 int - 8
akka.framesize 2-17 string - 10485760b
akka.jvm-exit-on-fatal-error 2-17 bool - @2:@4:true
akka.log.lifecycle.events 2-17 bool - false
akka.lookup.timeout 2-17 duration - 10 s
akka.retry-gate-closed-for 5-17 long unit=ms 50
akka.rpc.force-invocation-serialization 16-17 bool - false
akka.server-socket-worker-pool.pool-size-factor 5-17 double - 1.0
akka.server-socket-worker-pool.pool-size-max 5-17 int - 2
akka.server-socket-worker-pool.pool-size-min 5-17 int - 1
akka.ssl.enabled 2-17 bool - true
akka.startup-timeout 2-17 2:string,10:duration -
akka.tcp.timeout 2-17 2:string,10:duration - 20 s
akka.throughput 2-17 int - 15
akka.transport.heartbeat.interval 2-12 2:string,10:duration - 1000 s
akka.transport.heartbeat.pause 2-12 2:string,10:duration - 6000 s
akka.transport.threshold 2-12 double - 300.0
akka.watch.heartbeat.interval 2-20 2:string,10:duration - @2:10 s@14:
akka.watch.heartbeat.pause 2-20 2:string,10:duration - 60 s
akka.watch.threshold 2-20 2:double,4:int - 12
application-result-store.delete-on-commit 103 bool - true
application-result-store.storage-path 103 string -
async 16-19 bool -
blob.client.connect.timeout 8-103 int unit=ms 0
blob.client.socket.timeout 8-103 int unit=ms 300000
blob.fetch.backlog 2-103 int - 1000
blob.fetch.num-concurrent 2-103 int - 50
blob.fetch.retries 2-103 int - 5
blob.offload.minsize 4-103 int unit=b 1048576
blob.server.port 2-103 ports - 0
blob.service.cleanup.interval 4-103 long unit=s 3600
blob.service.ssl.enabled 2-103 bool - true
blob.storage.directory 2-103 string -
capacity 16-19 int -
classloader.check-leaked-classloader 12-103 bool - true
classloader.fail-on-metaspace-oom-error 10-103 bool - true
classloader.parent-first-patterns 4 string -
classloader.parent-first-patterns.additional 5-103 string list=15-103
classloader.parent-first-patterns.default 5-103 string list=15-103
classloader.resolve-order 4-103 string one=child-first,parent-first child-first
cleanup-strategy 15-16 string - exponential-delay
cleanup-strategy.exponential-delay.attempts 15-103 int - 2147483647
cleanup-strategy.exponential-delay.initial-backoff 15-103 duration - 1 s
cleanup-strategy.exponential-delay.max-backoff 15-103 duration - 1 h
cleanup-strategy.fixed-delay.attempts 15-103 int - 2147483647
cleanup-strategy.fixed-delay.delay 15-103 duration - 1 min
cleanup-strategy.type 17-103 string - exponential-delay
client.heartbeat.interval 17-103 17:long,20:duration unit=ms @17:30000@20:30 s
client.heartbeat.timeout 17-103 17:long,20:duration unit=ms @17:180000@20:3 min
client.retry-period 11-103 duration - 2 s
client.timeout 11-103 duration - 1 min
cluster.declarative-resource-management.enabled 12-13 bool - @12:false@13:true
cluster.evenly-spread-out-slots 9-20 bool - false
cluster.fine-grained-resource-management.enabled 13-18 bool - @13:false@18:true
cluster.id 103 string - 00000000000000000000000000000000
cluster.intercept-user-system-exit 13-103 enum one=DISABLED,LOG,THROW DISABLED
cluster.io-pool.size 10-103 int -
cluster.processes.halt-on-fatal-error 10-103 bool - false
cluster.registration.error-delay 8-103 8:long,20:duration unit=ms @8:10000@20:10 s
cluster.registration.initial-timeout 8-103 8:long,20:duration unit=ms @8:100@20:100 ms
cluster.registration.max-timeout 8-103 8:long,20:duration unit=ms @8:30000@20:30 s
cluster.registration.refused-registration-delay 8-103 8:long,20:duration unit=ms @8:30000@20:30 s
cluster.services.shutdown-timeout 8-103 8:long,20:duration unit=ms @8:30000@20:30 s
cluster.thread-dump.stacktrace-max-depth 15-103 int - @15:8@17:50
cluster.uncaught-exception-handling 14-103 enum one=LOG,FAIL LOG
collect-sink.batch-size.max 14-103 memorysize - 2 mb
collect-sink.socket-timeout 14-103 duration - 10 s
compiler.delimited-informat.max-line-samples 2-103 int - 10
compiler.delimited-informat.max-sample-len 2-103 int - @2:@5:2097152
compiler.delimited-informat.min-line-samples 2-103 int - 2
completed-application-store.cache-size 103 long - 52428800
completed-application-store.expiration-time 103 duration - 1 h
completed-application-store.max-capacity 103 int - 2147483647
completed-application-store.type 103 enum one=File,Memory File
containerized.heap-cutoff-min 2-10 int unit=m @2:@4:600
containerized.heap-cutoff-ratio 2-10 float - @2:@4:0.25
dstl.dfs.base-path 15-19 string -
dstl.dfs.batch.persist-delay 15-19 duration - 10 ms
dstl.dfs.batch.persist-size-threshold 15-19 memorysize - 10 mb
dstl.dfs.compression.enabled 15-19 bool - false
dstl.dfs.discard.num-threads 16-19 int - 1
dstl.dfs.download.local-cache.idle-timeout-ms 16-19 duration - 10 min
dstl.dfs.preemptive-persist-threshold 15-19 memorysize - 5 mb
dstl.dfs.upload.buffer-size 15-19 memorysize - 1 mb
dstl.dfs.upload.max-attempts 15-19 int - 3
dstl.dfs.upload.max-in-flight 15-19 memorysize - 100 mb
dstl.dfs.upload.next-attempt-delay 15-19 duration - 500 ms
dstl.dfs.upload.num-threads 15-19 int - 5
dstl.dfs.upload.retry-policy 15-19 string - fixed
dstl.dfs.upload.timeout 15-19 duration - 1 s
env.hadoop.conf.dir 6-103 string -
env.hbase.conf.dir 12-103 string -
env.java.default-opts.all 19-103 string -
env.java.default-opts.jobmanager 19-103 string -
env.java.default-opts.taskmanager 19-103 string -
env.java.home 2-103 string -
env.java.opts 2-16 string -
env.java.opts.all 17-103 string -
env.java.opts.client 10-103 string -
env.java.opts.historyserver 7-103 string -
env.java.opts.jobmanager 2-103 string -
env.java.opts.sql-gateway 19-103 string -
env.java.opts.taskmanager 2-103 string -
env.log.dir 2-103 string -
env.log.level 19-103 string - INFO
env.log.max 2-103 int - @2:5@17:10
env.pid.dir 2-103 string - /tmp
env.ssh.opts 2-103 string -
env.stdout-err.redirect-to-file 18-103 bool - false
env.yarn.conf.dir 6-103 string -
events.reporters 101-103 string -
execution-retries.default 2-3 int - 0
execution-retries.delay 2-3 string -
execution.allow-client-job-configurations 15 bool - true
execution.async-state.active-buffer-size 100-103 int - 1000
execution.async-state.active-buffer-timeout 100-103 long unit=ms 1000
execution.async-state.buffer-size 20 int - 1000
execution.async-state.buffer-timeout 20 long unit=ms 1000
execution.async-state.in-flight-records-limit 20 int - 6000
execution.async-state.total-buffer-size 100-103 int - 6000
execution.attached 10-103 bool - false
execution.batch-shuffle-mode 14-103 enum one=ALL_EXCHANGES_PIPELINED,ALL_EXCHANGES_BLOCKING,ALL_EXCHANGES_HYBRID_FULL@16-103,\
ALL_EXCHANGES_HYBRID_SELECTIVE@16-103
execution.batch-state-backend.enabled 12-103 bool - true
execution.batch.adaptive.auto-parallelism.avg-data-volume-per-task 17-103 memorysize - 16 mb
execution.batch.adaptive.auto-parallelism.default-source-parallelism 17-103 int - @17:1@19:
execution.batch.adaptive.auto-parallelism.enabled 17-103 bool - true
execution.batch.adaptive.auto-parallelism.max-parallelism 17-103 int - 128
execution.batch.adaptive.auto-parallelism.min-parallelism 17-103 int - 1
execution.batch.adaptive.stream-graph-optimization.strategies 100-103 string list
execution.batch.job-recovery.enabled 20-103 bool - false
execution.batch.job-recovery.previous-worker.recovery.timeout 20-103 duration - 30 s
execution.batch.job-recovery.snapshot.min-pause 20-103 duration - 3 min
execution.batch.speculative.block-slow-node-duration 17-103 duration - 1 min
execution.batch.speculative.enabled 17-103 bool - false
execution.batch.speculative.max-concurrent-executions 17-103 int - 2
execution.buffer-timeout 10-15 duration - 100 ms
execution.buffer-timeout.enabled 16-103 bool - true
execution.buffer-timeout.interval 16-103 duration - 100 ms
execution.checkpointing.aligned-checkpoint-timeout 14-103 duration - 0 ms
execution.checkpointing.alignment-timeout 12-20 duration - 0 ms
execution.checkpointing.approximate-local-recovery 17-20 bool - false
execution.checkpointing.checkpoints-after-tasks-finish 20-103 bool - true
execution.checkpointing.checkpoints-after-tasks-finish.enabled 14-20 bool - @14:false@15:true
execution.checkpointing.cleaner.parallel-mode 20-103 bool - true
execution.checkpointing.create-subdir 20-103 bool - true
execution.checkpointing.data-inline-threshold 20-103 memorysize - 20 kb
execution.checkpointing.dir 20-103 uri -
execution.checkpointing.during-recovery.enabled 103 bool - false
execution.checkpointing.externalized-checkpoint-retention 10-103 enum one=DELETE_ON_CANCELLATION,RETAIN_ON_CANCELLATION,\
NO_EXTERNALIZED_CHECKPOINTS@13-103
execution.checkpointing.file-merging.across-checkpoint-boundary 20-103 bool - false
execution.checkpointing.file-merging.enabled 20-103 bool - false
execution.checkpointing.file-merging.max-file-size 20-103 memorysize - 32 mb
execution.checkpointing.file-merging.max-space-amplification 20-103 float - 2.0
execution.checkpointing.file-merging.max-subtasks-per-file 20-103 int - 4
execution.checkpointing.file-merging.pool-blocking 20-103 bool - false
execution.checkpointing.force 17-20 bool - false
execution.checkpointing.incremental 20-103 bool - false
execution.checkpointing.interval 10-103 duration -
execution.checkpointing.interval-during-backlog 19-103 duration -
execution.checkpointing.local-backup.dirs 20-103 string -
execution.checkpointing.local-backup.enabled 20-103 bool - false
execution.checkpointing.max-concurrent-checkpoints 10-103 int - 1
execution.checkpointing.min-pause 10-103 duration - 0 ms
execution.checkpointing.mode 10-103 enum one=EXACTLY_ONCE,AT_LEAST_ONCE EXACTLY_ONCE
execution.checkpointing.num-retained 20-103 int - 1
execution.checkpointing.prefer-checkpoint-for-recovery 10-13 bool - false
execution.checkpointing.recover-without-channel-state.checkpoint-id 14-20 long - -1
execution.checkpointing.savepoint-dir 20-103 uri -
execution.checkpointing.snapshot-compression 10-103 bool - false
execution.checkpointing.storage 20-103 string -
execution.checkpointing.timeout 10-103 duration - 10 min
execution.checkpointing.tolerable-failed-checkpoints 10-103 int - @10:@19:0
execution.checkpointing.unaligned 11-16 bool - false
execution.checkpointing.unaligned.enabled 17-103 bool - false
execution.checkpointing.unaligned.forced 12-103 bool - @12:true@13:false
execution.checkpointing.unaligned.interruptible-timers.enabled 20-103 bool - false
execution.checkpointing.unaligned.max-subtasks-per-channel-state-file 17-103 int - 5
execution.checkpointing.unaligned.recover-output-on-downstream.enabled 103 bool - false
execution.checkpointing.write-buffer-size 20-103 int - 4096
execution.job-listeners 11-103 string list
execution.job-status-changed-listeners 100-103 string list
execution.program-config.enabled 16-103 bool - true
execution.program-config.wildcards 16-103 string list
execution.runtime-mode 12-103 enum one=STREAMING,BATCH,AUTOMATIC STREAMING
execution.savepoint-restore-mode 15-20 enum one=CLAIM,NO_CLAIM,LEGACY NO_CLAIM
execution.savepoint.ignore-unclaimed-state 10-20 bool - false
execution.savepoint.path 10-20 string -
execution.shutdown-on-application-finish 15-103 bool - true
execution.shutdown-on-attached-exit 10-103 bool - false
execution.sort-keyed-partition.memory 20-103 memorysize - 128 mb
execution.sort-partition.memory 20-103 memorysize - 128 mb
execution.sorted-inputs.enabled 12-103 bool - true
execution.sorted-inputs.memory 14-103 memorysize - 128 mb
execution.state-recovery.approximate-local-recovery 20-103 bool - false
execution.state-recovery.claim-mode 20-103 enum one=CLAIM,NO_CLAIM,LEGACY NO_CLAIM
execution.state-recovery.from-local 20-103 bool - false
execution.state-recovery.ignore-unclaimed-state 20-103 bool - false
execution.state-recovery.path 20-103 string -
execution.state-recovery.without-channel-state.checkpoint-id 20-103 long - -1
execution.submit-failed-job-on-application-error 15-103 bool - false
execution.target 10-103 string -
execution.terminate-application-on-any-job-terminated-exceptionally 103 bool - true
external-resource.<resource_name>.amount 11-103 long -
external-resource.<resource_name>.driver-factory.class 11-103 string -
external-resource.<resource_name>.kubernetes.config-key 11-103 string -
external-resource.<resource_name>.param.<param> 11-103 string -
external-resource.<resource_name>.yarn.config-key 11-103 string -
external-resources 11-103 string list
fine-grained.shuffle-mode.all-blocking 14-20 bool - false
fixed-delay 16-19 duration -
flink.base.dir.path 2-3 string -
flink.hadoop.<key> 13-103 string -
flink.yarn.<key> 13-103 string -
fs.allowed-fallback-filesystems 11-103 string -
fs.default-scheme 2-103 string - @2:file:///@4:
fs.hdfs.hadoopconf 2-4 string -
fs.hdfs.hdfsdefault 2-4 string -
fs.hdfs.hdfssite 2-4 string -
fs.output.always-create-directory 2-103 bool - @2:@5:false
fs.overwrite-files 2-103 bool - @2:@5:false
heartbeat.interval 3-103 3:long,20:duration unit=ms @3:10000@20:10 s
heartbeat.rpc-failure-threshold 14-103 int - 2
heartbeat.timeout 3-103 3:long,20:duration unit=ms @3:50000@20:50 s
hidden.execution.mode 17-20 enum one=PIPELINED,PIPELINED_FORCED,BATCH,BATCH_FORCED PIPELINED
hidden.execution.retries 17-20 int - -1
high-availability 2-16 string one=NONE,ZOOKEEPER,KUBERNETES@16,standalone;class=7-16 NONE
high-availability.cluster-id 2-103 cluster - /default
high-availability.job.delay 2-20 string -
high-availability.jobmanager.port 2-103 ports - 0
high-availability.kubernetes.leader-election.lease-duration 12-103 duration - 15 s
high-availability.kubernetes.leader-election.renew-deadline 12-103 duration - 15 s
high-availability.kubernetes.leader-election.retry-period 12-103 duration - 5 s
high-availability.storageDir 2-103 storage -
high-availability.type 17-103 string one=NONE,ZOOKEEPER,KUBERNETES,standalone;class=17- NONE
high-availability.use-old-ha-services 15 bool - false
high-availability.zookeeper.client.acl 2-103 string one=open,creator open
high-availability.zookeeper.client.authorization 20-103 map -
high-availability.zookeeper.client.connection-timeout 2-103 2:int,20:duration unit=ms @2:15000@20:15 s
high-availability.zookeeper.client.ensemble-tracker 18-103 bool - true
high-availability.zookeeper.client.max-close-wait 20-103 duration -
high-availability.zookeeper.client.max-retry-attempts 2-103 int - 3
high-availability.zookeeper.client.max-retry-wait 100-103 duration - 1 min
high-availability.zookeeper.client.retry-wait 2-103 2:int,20:duration unit=ms @2:5000@20:5 s
high-availability.zookeeper.client.session-timeout 2-103 2:int,20:duration unit=ms @2:60000@20:1 min
high-availability.zookeeper.client.simulated-session-expiration-percent 20-103 int -
high-availability.zookeeper.client.tolerate-suspended-connections 14-103 bool - false
high-availability.zookeeper.path.applications 103 znode - /applications
high-availability.zookeeper.path.checkpoint-counter 2-13 znode - /checkpoint-counter
high-availability.zookeeper.path.checkpoints 2-13 znode - /checkpoints
high-availability.zookeeper.path.execution-plans 100-103 znode - /execution-plans
high-availability.zookeeper.path.jobgraphs 2-20 znode - /jobgraphs
high-availability.zookeeper.path.latch 2-13 znode - /leaderlatch
high-availability.zookeeper.path.leader 2-13 znode - /leader
high-availability.zookeeper.path.mesos-workers 3-13 znode - /mesos-workers
high-availability.zookeeper.path.namespace 4 string -
high-availability.zookeeper.path.root 2-103 znode - /flink
high-availability.zookeeper.path.running-registry 3-20 znode - /running_job_registry/
high-availability.zookeeper.quorum 2-103 quorum -
historyserver.archive.clean-expired-applications 103 bool - false
historyserver.archive.clean-expired-jobs 10-103 bool - false
historyserver.archive.fs.dir 3-103 string -
historyserver.archive.fs.refresh-interval 3-103 3:long,20:duration unit=ms @3:10000@20:10 s
historyserver.archive.retained-applications 103 int - -1
historyserver.archive.retained-jobs 12-103 int - -1
historyserver.archive.retained-ttl 102-103 duration -
historyserver.log.jobmanager.url-pattern 16-103 string -
historyserver.log.taskmanager.url-pattern 16-103 string -
historyserver.web.address 3-103 string -
historyserver.web.port 3-103 port - 8082
historyserver.web.refresh-interval 3-103 3:long,20:duration unit=ms @3:10000@20:10 s
historyserver.web.ssl.enabled 3-103 bool - false
historyserver.web.tmpdir 3-103 string -
internal.cluster.execution-mode 5-103 string internal NORMAL
internal.io.tmpdirs.use-local-default 5-103 bool internal false
internal.jobgraph-path 7-103 string internal job.graph
internal.taskmanager.node-id 16-103 string internal
internal.taskmanager.resource-id.metadata 12-103 string internal
io.tmp.dirs 5-103 string -
jmx.server.port 12-103 ports -
job-event.store.write-buffer.flush-interval 20-103 duration - 1 s
job-event.store.write-buffer.size 20-103 memorysize - 1 mb
job-manager.max-attempts-history-size 2 int - 16
job-result-store.delete-on-commit 15-103 bool - true
job-result-store.storage-path 15-103 string -
jobmanager.adaptive-batch-scheduler.avg-data-volume-per-task 15-20 memorysize - 1 gb
jobmanager.adaptive-batch-scheduler.default-source-parallelism 15-20 int - 1
jobmanager.adaptive-batch-scheduler.max-parallelism 15-20 int - 128
jobmanager.adaptive-batch-scheduler.min-parallelism 15-20 int - 1
jobmanager.adaptive-batch-scheduler.speculative.block-slow-node-duration 16-20 duration - 1 min
jobmanager.adaptive-batch-scheduler.speculative.enabled 16-20 bool - false
jobmanager.adaptive-batch-scheduler.speculative.max-concurrent-executions 16-20 int - 2
jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling 100-103 duration - 30 s
jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout 100-103 duration - 1 min
jobmanager.adaptive-scheduler.min-parallelism-increase 13-103 int - 1
jobmanager.adaptive-scheduler.prefer-minimal-taskmanagers 19-103 bool - true
jobmanager.adaptive-scheduler.rescale-trigger.max-checkpoint-failures 100-103 int - 2
jobmanager.adaptive-scheduler.rescale-trigger.max-delay 100-103 duration -
jobmanager.adaptive-scheduler.resource-stabilization-timeout 13-103 duration - 10 s
jobmanager.adaptive-scheduler.resource-wait-timeout 13-103 duration - 5 min
jobmanager.adaptive-scheduler.scaling-interval.max 19-103 duration -
jobmanager.adaptive-scheduler.scaling-interval.min 19-103 duration - 30 s
jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout 100-103 duration - 10 s
jobmanager.adaptive-scheduler.submission.resource-wait-timeout 100-103 duration - 5 min
jobmanager.archive.fs.dir 3-103 string -
jobmanager.bind-host 11-103 string -
jobmanager.execution.attempts-history-size 3-103 int - 16
jobmanager.execution.failover-strategy 3-103 string one=full,region,individual@3-8 @3:full@11:region
jobmanager.failure-enrichers 18-103 string -
jobmanager.future-pool.size 14-103 int -
jobmanager.heap.mb 2-20 int unit=m @2:@3:1024@11:
jobmanager.heap.size 6-20 memorysize - @6:1024m@11:
jobmanager.io-pool.size 14-103 int -
jobmanager.memory.enable-jvm-direct-memory-limit 11-103 bool - false
jobmanager.memory.flink.size 11-103 memorysize -
jobmanager.memory.heap.size 11-103 memorysize -
jobmanager.memory.jvm-metaspace.size 11-103 memorysize - 256 mb
jobmanager.memory.jvm-overhead.fraction 11-103 float - 0.1
jobmanager.memory.jvm-overhead.max 11-103 memorysize - 1 gb
jobmanager.memory.jvm-overhead.min 11-103 memorysize - 192 mb
jobmanager.memory.off-heap.size 11-103 memorysize - 128 mb
jobmanager.memory.process.size 11-103 memorysize -
jobmanager.partition.hybrid.partition-data-consume-constraint 17-103 enum one=ALL_PRODUCERS_FINISHED,ONLY_FINISHED_PRODUCERS,UNFINISHED_PRODUCERS
jobmanager.partition.release-during-job-execution 9-103 bool - true
jobmanager.resource-id 15-103 string -
jobmanager.resourcemanager.reconnect-interval 3-8 long unit=ms 2000
jobmanager.retrieve-taskmanager-hostname 11-103 bool - true
jobmanager.rpc.address 2-103 string -
jobmanager.rpc.bind-port 11-103 port -
jobmanager.rpc.port 2-103 port - 6123
jobmanager.scheduler 9-103 9:string,13:enum one=Ng@13-20,Adaptive,AdaptiveBatch@15-103,Default@16-103 @9:legacy@10:ng@13:Ng@16:Default
jobmanager.scheduler.scheduling-strategy 12 string - region
jobmanager.task-deployment.offload-shuffle-descriptors-to-blob-server.threshold-num 18-103 int - 4194304
jobmanager.web.access-control-allow-origin 3 string - *
jobmanager.web.address 2-20 string -
jobmanager.web.backpressure.cleanup-interval 2-3 int unit=ms 600000
jobmanager.web.backpressure.delay-between-samples 2-3 int unit=ms 50
jobmanager.web.backpressure.num-samples 2-3 int - 100
jobmanager.web.backpressure.refresh-interval 2-3 int unit=ms 60000
jobmanager.web.checkpoints.disable 2-3 bool - false
jobmanager.web.checkpoints.history 2-3 int - 10
jobmanager.web.history 2-3 int - 5
jobmanager.web.log.path 2-3 string -
jobmanager.web.port 2-3 port - @2:@3:8081
jobmanager.web.ssl.enabled 2-3 bool - true
jobmanager.web.submit.enable 2-3 bool - true
jobmanager.web.tmpdir 2-3 string -
jobmanager.web.upload.dir 2-3 string -
jobstore.cache-size 5-103 long unit=b 52428800
jobstore.expiration-time 5-103 long unit=s 3600
jobstore.max-capacity 10-103 int - 2147483647
jobstore.type 15-103 enum one=File,Memory File
kubernetes.artifacts.local-upload-enabled 20-103 bool - false
kubernetes.artifacts.local-upload-overwrite 20-103 bool - false
kubernetes.artifacts.local-upload-target 20-103 string -
kubernetes.client.io-pool.size 12-103 int - 4
kubernetes.client.user-agent 16-103 string - flink
kubernetes.cluster-id 10-103 string -
kubernetes.config.file 10-103 string -
kubernetes.container-start-command-template 10-12 string -
kubernetes.container.image 10-16 string - @10:flink:latest@11:
kubernetes.container.image.pull-policy 10-103 10:string,11:enum one=IfNotPresent,Always,Never IfNotPresent
kubernetes.container.image.pull-secrets 11-103 string list
kubernetes.container.image.ref 17-103 string -
kubernetes.context 11-103 string -
kubernetes.decorator.hadoop-conf-mount.enabled 17-103 bool - true
kubernetes.decorator.kerberos-mount.enabled 17-103 bool - true
kubernetes.entry.path 10-103 string - @10:/opt/flink/bin/kubernetes-entry.sh@12:/docker-entrypoint.sh
kubernetes.env.secretKeyRef 12-103 map list
kubernetes.flink.conf.dir 10-103 string - /opt/flink/conf
kubernetes.flink.log.dir 10-103 string - @10:/opt/flink/log@13:
kubernetes.hadoop.conf.config-map.name 11-103 string -
kubernetes.hostnetwork.enabled 15-103 bool - false
kubernetes.internal-service.annotations 20-103 map -
kubernetes.internal-service.labels 102-103 map -
kubernetes.internal.jobmanager.entrypoint.class 10-103 string -
kubernetes.internal.service.id 10 string -
kubernetes.jobmanager.annotations 11-103 map -
kubernetes.jobmanager.cpu 10-16 double - 1.0
kubernetes.jobmanager.cpu.amount 17-103 double - 1.0
kubernetes.jobmanager.cpu.limit-factor 15-103 double - 1.0
kubernetes.jobmanager.entrypoint.args 16-103 string -
kubernetes.jobmanager.labels 11-103 map -
kubernetes.jobmanager.memory.limit-factor 15-103 double - 1.0
kubernetes.jobmanager.node-selector 11-103 map -
kubernetes.jobmanager.owner.reference 12-103 map list
kubernetes.jobmanager.replicas 14-103 int - 1
kubernetes.jobmanager.service-account 10-103 string - @10:default@12:@13:default
kubernetes.jobmanager.tolerations 11-103 map list
kubernetes.namespace 10-103 string - default
kubernetes.node-name-label 16-103 string - kubernetes.io/hostname
kubernetes.persistent-volume-claim-read-only 103 bool - false
kubernetes.persistent-volume-claims 103 map -
kubernetes.pod-template-file 13-16 string -
kubernetes.pod-template-file.default 17-103 string -
kubernetes.pod-template-file.jobmanager 13-103 string -
kubernetes.pod-template-file.taskmanager 13-103 string -
kubernetes.rest-service.annotations 11-103 map -
kubernetes.rest-service.exposed.node-port-address-type 14-103 enum one=InternalIP,ExternalIP InternalIP
kubernetes.rest-service.exposed.type 10-103 10:string,11:enum one=ClusterIP,NodePort,LoadBalancer,Headless_ClusterIP@14-103
kubernetes.rest-service.labels 102-103 map -
kubernetes.secrets 12-103 map -
kubernetes.service-account 12-103 string - default
kubernetes.service.create-timeout 10 string - 1 min
kubernetes.taskmanager.annotations 11-103 map -
kubernetes.taskmanager.cpu 10-16 double - -1.0
kubernetes.taskmanager.cpu.amount 17-103 double - -1.0
kubernetes.taskmanager.cpu.limit-factor 15-103 double - 1.0
kubernetes.taskmanager.entrypoint.args 16-103 string -
kubernetes.taskmanager.labels 11-103 map -
kubernetes.taskmanager.memory.limit-factor 15-103 double - 1.0
kubernetes.taskmanager.node-selector 11-103 map -
kubernetes.taskmanager.service-account 12-103 string - @12:@13:default
kubernetes.taskmanager.tolerations 11-103 map list
kubernetes.transactional-operation.initial-retry-delay 20-103 duration - 50 ms
kubernetes.transactional-operation.max-retries 12-103 int - @12:5@20:15
kubernetes.transactional-operation.max-retry-delay 20-103 duration - 1 min
library-cache-manager.cleanup.interval 2-3 long unit=s 3600
local.number-jobmanager 2-13 int - 1
local.number-resourcemanager 2-20 int - 1
local.number-taskmanager 2-13 int - 1
local.start-webserver 2-9 string -
materialized-table.default-freshness.continuous 102-103 duration - 3 min
materialized-table.default-freshness.full 102-103 duration - 1 h
materialized-table.default-start-mode 103 enum one=FROM_BEGINNING,FROM_NOW,FROM_TIMESTAMP,RESUME_OR_FROM_BEGINNING,RESUME_OR_FROM_NOW,\
RESUME_OR_FROM_TIMESTAMP
materialized-table.refresh-mode.freshness-threshold 20-103 duration - 30 min
max-attempts 16-19 int -
mesos.constraints.hard.hostattribute 3-13 string -
mesos.failover-timeout 2-13 int unit=s @2:600@6:604800
mesos.initial-tasks 2-7 int - @2:@4:0
mesos.master 2-13 string -
mesos.maximum-failed-tasks 2-7 int - @2:@7:-1
mesos.resourcemanager.artifactserver.port 2-13 port - 0
mesos.resourcemanager.artifactserver.ssl.enabled 2-13 bool - true
mesos.resourcemanager.declined-offer-refuse-duration 10-13 long unit=ms 5000
mesos.resourcemanager.framework.name 2-13 string - Flink
mesos.resourcemanager.framework.principal 2-13 string -
mesos.resourcemanager.framework.role 2-13 string - *
mesos.resourcemanager.framework.secret 2-13 string -
mesos.resourcemanager.framework.user 2-13 string -
mesos.resourcemanager.network.resource.name 12-13 string - network
mesos.resourcemanager.tasks.bootstrap-cmd 3-13 string -
mesos.resourcemanager.tasks.container.docker.force-pull-image 6-13 bool - false
mesos.resourcemanager.tasks.container.docker.parameters 5-13 string -
mesos.resourcemanager.tasks.container.image.name 2-13 string -
mesos.resourcemanager.tasks.container.type 2-13 string one=mesos,docker;case mesos
mesos.resourcemanager.tasks.container.volumes 3-13 string -
mesos.resourcemanager.tasks.cpus 2-13 double - 0.0
mesos.resourcemanager.tasks.disk 9-13 int unit=m 0
mesos.resourcemanager.tasks.gpus 5-13 int - 0
mesos.resourcemanager.tasks.hostname 3-13 string -
mesos.resourcemanager.tasks.labels 13 map -
mesos.resourcemanager.tasks.mem 2-10 int unit=m 1024
mesos.resourcemanager.tasks.network.bandwidth 12-13 int - 0
mesos.resourcemanager.tasks.port-assignments 6-13 string -
mesos.resourcemanager.tasks.taskmanager-cmd 4-13 string - $FLINK_HOME/bin/mesos-taskmanager.sh
mesos.resourcemanager.tasks.uris 6-13 string -
mesos.resourcemanager.tasks.user 13 string -
mesos.resourcemanager.unused-offer-expiration 10-13 long unit=ms 120000
metrics.fetcher.update-interval 8-103 8:long,20:duration unit=ms @8:10000@20:10 s
metrics.internal.query-service.port 7-103 ports - 0
metrics.internal.query-service.thread-priority 7-103 int - 1
metrics.job.status.enable 15-103 enum list;one=STATE,CURRENT_TIME,TOTAL_TIME
metrics.latency.granularity 5-103 string - @5:subtask@7:operator
metrics.latency.history-size 2-103 int - 128
metrics.latency.interval 5-103 5:long,20:duration unit=ms @5:2000@7:0@20:0 ms
metrics.reporter.<name>.<parameter> 5-15 string -
metrics.reporter.<name>.class 2-16 string -
metrics.reporter.<name>.interval 5-15 5:interval,12:duration -
metrics.reporters 2-103 string -
metrics.scope.delimiter 2-103 string - @2:@3:.
metrics.scope.jm 2-103 string - @2:@3:<host>.jobmanager
metrics.scope.jm-job 17-103 string - <host>.jobmanager.<job_name>
metrics.scope.jm-operator 18-103 string - <host>.jobmanager.<job_name>.<operator_name>
metrics.scope.jm.job 2-16 string - @2:@3:<host>.jobmanager.<job_name>
metrics.scope.operator 2-103 string - @2:@3:<host>.taskmanager.<tm_id>.<job_name>.<operator_name>.<subtask_index>
metrics.scope.task 2-103 string - @2:@3:<host>.taskmanager.<tm_id>.<job_name>.<task_name>.<subtask_index>
metrics.scope.tm 2-103 string - @2:@3:<host>.taskmanager.<tm_id>
metrics.scope.tm-job 17-103 string - <host>.taskmanager.<tm_id>.<job_name>
metrics.scope.tm.job 2-16 string - @2:@3:<host>.taskmanager.<tm_id>.<job_name>
metrics.system-resource 7-103 bool - false
metrics.system-resource-probing-interval 7-103 7:long,20:duration unit=ms @7:5000@20:5 s
minicluster.number-of-taskmanagers 19-103 int - 1
mode 5-6 string one=new,legacy new
oss.upload.max.concurrent.uploads 103 int -
oss.upload.min.part.size 103 long - 10485760
output-mode 16-19 enum one=ORDERED,ALLOW_UNORDERED
parallelism.default 3-103 int - @3:-1@5:1
partition.fields.#.date-formatter 20-103 string -
pekko.ask.callstack 18-103 bool - true
pekko.ask.timeout 18-103 duration - 10 s
pekko.client-socket-worker-pool.pool-size-factor 18-103 double - 1.0
pekko.client-socket-worker-pool.pool-size-max 18-103 int - 2
pekko.client-socket-worker-pool.pool-size-min 18-103 int - 1
pekko.fork-join-executor.parallelism-factor 18-103 double - 2.0
pekko.fork-join-executor.parallelism-max 18-103 int - 64
pekko.fork-join-executor.parallelism-min 18-103 int - 8
pekko.framesize 18-103 string - 10485760b
pekko.jvm-exit-on-fatal-error 18-103 bool - true
pekko.log.lifecycle.events 18-103 bool - false
pekko.lookup.timeout 18-103 duration - 10 s
pekko.remote-fork-join-executor.parallelism-factor 19-103 double - 2.0
pekko.remote-fork-join-executor.parallelism-max 19-103 int - 16
pekko.remote-fork-join-executor.parallelism-min 19-103 int - 8
pekko.retry-gate-closed-for 18-103 long - 50
pekko.rpc.force-invocation-serialization 18-103 bool - false
pekko.server-socket-worker-pool.pool-size-factor 18-103 double - 1.0
pekko.server-socket-worker-pool.pool-size-max 18-103 int - 2
pekko.server-socket-worker-pool.pool-size-min 18-103 int - 1
pekko.ssl.enabled 18-103 bool - true
pekko.startup-timeout 18-103 18:string,20:duration -
pekko.tcp.timeout 18-103 18:string,20:duration - 20 s
pekko.throughput 18-103 int - 15
pipeline.auto-generate-uids 10-103 bool - true
pipeline.auto-type-registration 10-20 bool - true
pipeline.auto-watermark-interval 10-103 duration - @10:0 ms@17:200 ms
pipeline.cached-files 10-103 string list
pipeline.cep.sharedbuffer.cache.entry-slots 15-103 int - 1024
pipeline.cep.sharedbuffer.cache.event-slots 15-103 int - 1024
pipeline.cep.sharedbuffer.cache.statistics-interval 15-103 duration - 30 min
pipeline.classpaths 10-103 string list
pipeline.closure-cleaner-level 10-103 enum one=NONE,TOP_LEVEL,RECURSIVE RECURSIVE
pipeline.default-kryo-serializers 10-20 string list
pipeline.force-avro 10-103 bool - false
pipeline.force-kryo 10-103 bool - false
pipeline.force-kryo-avro 20-103 bool -
pipeline.generic-types 10-103 bool - true
pipeline.global-job-parameters 10-103 map -
pipeline.jars 10-103 string list
pipeline.jobvertex-parallelism-overrides 17-103 map -
pipeline.max-parallelism 10-103 int - -1
pipeline.name 11-103 string -
pipeline.object-reuse 10-103 bool - false
pipeline.operator-chaining 10-17 bool - true
pipeline.operator-chaining.chain-operators-with-different-max-parallelism 18-103 bool - true
pipeline.operator-chaining.enabled 18-103 bool - true
pipeline.registered-kryo-types 10-20 string list
pipeline.registered-pojo-types 10-20 string list
pipeline.serialization-config 19-103 string list
pipeline.sources.pause-until-first-checkpoint 103 bool - false
pipeline.time-characteristic 10-20 enum one=ProcessingTime,IngestionTime,EventTime @10:ProcessingTime@19:EventTime
pipeline.vertex-description-mode 15-103 enum one=TREE,CASCADING TREE
pipeline.vertex-name-include-index-prefix 15-103 bool - false
pipeline.watermark-alignment.allow-unaligned-source-splits 17-103 bool - false
pipeline.watermark-alignment.buffer-size 103 int - 3
plugin.classloader.parent-first-patterns.additional 10-103 string list=15-103
plugin.classloader.parent-first-patterns.default 10-103 string list=15-103
process.jobmanager.working-dir 15-103 string -
process.taskmanager.working-dir 15-103 string -
process.working-dir 15-103 string -
python.archives 11-103 string -
python.binary.path 7-8 string - python
python.client.executable 11-103 string - python
python.dc.tmp.dir 3-8 string -
python.executable 11-103 string - python
python.execution-mode 15-103 string - process
python.files 11-103 string -
python.fn-execution.arrow.batch.size 11-103 int - @11:10000@15:1000
python.fn-execution.buffer.memory.size 10-11 string - 15mb
python.fn-execution.bundle.size 10-103 int - @10:1000@11:100000@15:1000
python.fn-execution.bundle.time 10-103 long unit=ms 1000
python.fn-execution.framework.memory.size 10-11 string - 64mb
python.fn-execution.memory.managed 11-103 bool - @11:false@12:true
python.internal.archives-key-map 11-103 map -
python.internal.files-key-map 11-103 map -
python.internal.requirements-file-key 11-103 map -
python.job-options 15-103 map -
python.logging.default.level 103 string - INFO
python.logging.level.overrides 103 map -
python.loopback-server.address 15-103 string -
python.map-state.iterate-response-batch-size 12-103 int - 1000
python.map-state.read-cache-size 12-103 int - 1000
python.map-state.write-cache-size 12-103 int - 1000
python.metric.enabled 11-103 bool - true
python.mmap.size.kb 7-8 long - 4
python.mmap.tmp.dir 7-8 string -
python.operator-chaining.enabled 14-103 bool - true
python.plan.tmp.dir 7-8 string -
python.profile.enabled 14-103 bool - false
python.pythonpath 18-103 string -
python.requirements 11-103 string -
python.state.cache-size 12-103 int - 1000
python.systemenv.enabled 15-103 bool - true
query.client.lookup.num-retries 2-3 int - 3
query.client.lookup.retry-delay 2-3 int unit=ms 1000
query.client.network-threads 2-7 int - 0
query.proxy.network-threads 4-7 int - 0
query.proxy.ports 4-7 ports - 9069
query.proxy.query-threads 4-7 int - 0
query.server.enable 2-3 bool - true
query.server.network-threads 2-7 int - 0
query.server.port 2-3 port - 0
query.server.ports 4-7 ports - 9067
query.server.query-threads 2-7 int - 0
queryable-state.client.network-threads 8-103 int - 0
queryable-state.enable 8-103 bool - false
queryable-state.proxy.network-threads 8-103 int - 0
queryable-state.proxy.ports 8-103 ports - 9069
queryable-state.proxy.query-threads 8-103 int - 0
queryable-state.server.network-threads 8-103 int - 0
queryable-state.server.ports 8-103 ports - 9067
queryable-state.server.query-threads 8-103 int - 0
recovery.zookeeper.path.mesos-workers 2 znode - /mesos-workers
resourcemanager.job.timeout 3-103 duration - @3:5 minutes@20:5 min
resourcemanager.previous-worker.recovery.timeout 16-103 duration - 0 ms
resourcemanager.rpc.port 2-103 port - 0
resourcemanager.standalone.start-up-time 9-103 9:long,20:duration unit=ms @9:-1@20:
resourcemanager.start-worker.max-failure-rate 13-103 double - 10.0
resourcemanager.start-worker.retry-interval 13-103 duration - 3 s
resourcemanager.taskmanager-registration.timeout 13-103 duration - 5 min
resourcemanager.taskmanager-release.wait.result.consumed 8-20 bool - true
resourcemanager.taskmanager-timeout 6-103 6:long,20:duration unit=ms @6:30000@20:30 s
rest.address 4-103 string - @4:localhost@5:
rest.async.store-duration 15-103 duration - 5 min
rest.await-leader-timeout 5-103 5:long,20:duration unit=ms @5:30000@20:30 s
rest.bind-address 5-103 string -
rest.bind-port 8-103 ports - 8081
rest.cache.checkpoint-statistics.size 18-103 int - 1000
rest.cache.checkpoint-statistics.timeout 18-103 duration - 3 s
rest.cache.execution-graph.timeout 103 duration -
rest.client.max-content-length 5-103 int unit=b 104857600
rest.connection-timeout 5-103 5:long,20:duration unit=ms @5:15000@20:15 s
rest.flamegraph.cleanup-interval 13-103 duration - 10 min
rest.flamegraph.delay-between-samples 13-103 duration - 50 ms
rest.flamegraph.enabled 13-103 bool - false
rest.flamegraph.num-samples 13-103 int - 100
rest.flamegraph.refresh-interval 13-103 duration - 1 min
rest.flamegraph.stack-depth 13-103 int - 100
rest.idleness-timeout 5-103 5:long,20:duration unit=ms @5:300000@20:5 min
rest.path 19-103 string -
rest.port 4-103 port - @4:9067@5:8081
rest.profiling.dir 19-103 string -
rest.profiling.duration-max 19-103 duration - 5 min
rest.profiling.enabled 19-103 bool - false
rest.profiling.history-size 19-103 int - 10
rest.retry.delay 5-103 5:long,20:duration unit=ms @5:3000@20:3 s
rest.retry.max-attempts 5-103 int - 20
rest.server.max-content-length 5-103 int unit=b 104857600
rest.server.numThreads 5-103 int - 4
rest.server.thread-priority 5-103 int - 5
rest.url-prefix 18-103 string - /
restart-backoff-time-strategy.failure-rate.backoff-time 9 long unit=ms 0
restart-backoff-time-strategy.failure-rate.failure-rate-interval 9 long unit=ms 60000
restart-backoff-time-strategy.failure-rate.max-failures-per-interval 9 int - 1
restart-backoff-time-strategy.fixed-delay.attempts 9 int - 2147483647
restart-backoff-time-strategy.fixed-delay.backoff-time 9 long unit=ms 0
restart-strategy 2-16 string one=none,off,disable,fixeddelay,fixed-delay,failurerate,failure-rate,exponentialdelay@13-,exponential-delay@13-;class=2-
restart-strategy.exponential-delay.attempts-before-reset-backoff 19-103 int - 2147483647
restart-strategy.exponential-delay.backoff-multiplier 13-103 double - @13:2.0@19:1.5
restart-strategy.exponential-delay.initial-backoff 13-103 duration - 1 s
restart-strategy.exponential-delay.jitter-factor 13-103 double - 0.1
restart-strategy.exponential-delay.max-backoff 13-103 duration - @13:5 min@19:1 min
restart-strategy.exponential-delay.reset-backoff-threshold 13-103 duration - 1 h
restart-strategy.failure-rate.delay 2-103 duration - @2:@10:1 s
restart-strategy.failure-rate.failure-rate-interval 2-103 duration - @2:@10:1 min
restart-strategy.failure-rate.max-failures-per-interval 2-103 int - @2:@10:1
restart-strategy.fixed-delay.attempts 2-103 int - @2:@10:1
restart-strategy.fixed-delay.delay 2-103 duration - @2:@4:1 s@5:0 s@10:1 s
restart-strategy.type 17-103 string one=none,off,disable,fixeddelay,fixed-delay,failurerate,failure-rate,exponentialdelay,exponential-delay;class=2-
retry-predicate 16-19 string -
retry-strategy 16-19 enum one=FIXED_DELAY
savepoints.state.backend.fs.dir 2-3 string -
scheduler-mode 13-103 enum one=REACTIVE
scope.variables.additional 15 map -
security.context.factory.classes 11-103 string list
security.delegation.tokens.enabled 17-103 bool - true
security.delegation.tokens.renewal.retry.backoff 17-103 duration - 1 h
security.delegation.tokens.renewal.time-ratio 17-103 double - 0.75
security.kerberos.access.hadoopFileSystems 16-103 string list
security.kerberos.fetch.delegation-token 14-20 bool - true
security.kerberos.krb5-conf.path 12-103 string -
security.kerberos.login.contexts 2-103 string -
security.kerberos.login.keytab 2-103 string -
security.kerberos.login.principal 2-103 string -
security.kerberos.login.use-ticket-cache 2-103 bool - true
security.kerberos.relogin.period 16-103 duration - 1 min
security.kerberos.tokens.renewal.retry.backoff 16-20 duration - 1 h
security.kerberos.tokens.renewal.time-ratio 16-20 double - 0.75
security.module.factory.classes 11-103 string list
security.ssl.algorithms 2-103 string - @2:TLS_RSA_WITH_AES_128_CBC_SHA@20:TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
security.ssl.close-notify-flush-timeout 5 int unit=ms -1
security.ssl.enabled 2-20 bool - false
security.ssl.handshake-timeout 5 int unit=ms -1
security.ssl.internal.cert.fingerprint 10-103 string -
security.ssl.internal.close-notify-flush-timeout 6-103 int unit=ms -1
security.ssl.internal.enabled 6-103 bool - false
security.ssl.internal.handshake-timeout 6-103 int unit=ms -1
security.ssl.internal.key-password 6-103 string -
security.ssl.internal.keystore 6-103 string -
security.ssl.internal.keystore-password 6-103 string -
security.ssl.internal.keystore-type 20-103 string -
security.ssl.internal.session-cache-size 6-103 int - -1
security.ssl.internal.session-timeout 6-103 int unit=ms -1
security.ssl.internal.truststore 6-103 string -
security.ssl.internal.truststore-password 6-103 string -
security.ssl.internal.truststore-type 20-103 string -
security.ssl.key-password 2-103 string -
security.ssl.keystore 2-103 string -
security.ssl.keystore-password 2-103 string -
security.ssl.protocol 2-103 string - TLSv1.2
security.ssl.provider 9-103 string - JDK
security.ssl.rest.authentication-enabled 6-103 bool - false
security.ssl.rest.cert.fingerprint 10-103 string -
security.ssl.rest.enabled 6-103 bool - false
security.ssl.rest.key-password 6-103 string -
security.ssl.rest.keystore 6-103 string -
security.ssl.rest.keystore-password 6-103 string -
security.ssl.rest.keystore-type 20-103 string -
security.ssl.rest.truststore 6-103 string -
security.ssl.rest.truststore-password 6-103 string -
security.ssl.rest.truststore-type 20-103 string -
security.ssl.rest.verify-hostname 103 bool - false
security.ssl.session-cache-size 5 int - -1
security.ssl.session-timeout 5 int unit=ms -1
security.ssl.truststore 2-103 string -
security.ssl.truststore-password 2-103 string -
security.ssl.verify-hostname 2-103 bool - @2:true@103:false
shuffle-service-factory.class 9-103 string - org.apache.flink.runtime.io.network.NettyShuffleServiceFactory
sink.committer.retries 19-103 int - 10
slot.idle.timeout 5-103 5:long,20:duration unit=ms @5:50000@20:50 s
slot.request.max-interval 100-103 duration - 20 ms
slot.request.timeout 5-103 5:long,20:duration unit=ms @5:300000@20:5 min
slotmanager.declare-needed-resource.delay 17-103 duration - 50 ms
slotmanager.max-total-resource.cpu 13-103 double -
slotmanager.max-total-resource.memory 13-103 memorysize -
slotmanager.min-total-resource.cpu 19-103 double -
slotmanager.min-total-resource.memory 19-103 memorysize -
slotmanager.number-of-slots.max 11-103 int - 2147483647
slotmanager.number-of-slots.min 19-103 int - 0
slotmanager.redundant-taskmanager-num 12-103 int - 0
slotmanager.request-timeout 5-17 long unit=ms @5:600000@6:-1
slotmanager.requirement-check.delay 16-103 duration - 50 ms
slotmanager.taskmanager-timeout 5-20 long unit=ms 30000
slow-task-detector.check-interval 16-103 duration - 1 s
slow-task-detector.execution-time.baseline-lower-bound 16-103 duration - 1 min
slow-task-detector.execution-time.baseline-multiplier 16-103 double - 1.5
slow-task-detector.execution-time.baseline-ratio 16-103 double - 0.75
source.file.records.fetch-size 12-20 int - 128
source.file.stream.io-fetch-size 12-103 memorysize - 1 mb
source.reader.close.timeout 11-103 long unit=ms 30000
source.reader.element.queue.capacity 11-103 int - 2
sql-client.display.color-schema 18-103 string - DEFAULT
sql-client.display.max-column-width 14-20 int - 30
sql-client.display.print-time-cost 19-103 bool - true
sql-client.display.show-line-numbers 18-103 bool - false
sql-client.execution.max-table-result.rows 13-103 int - 1000000
sql-client.execution.result-mode 13-103 enum one=TABLE,CHANGELOG,TABLEAU TABLE
sql-client.verbose 13-103 bool - false
sql-gateway.session.check-interval 16-103 duration - 1 min
sql-gateway.session.idle-timeout 16-103 duration - 10 min
sql-gateway.session.max-num 16-103 int - 1000000
sql-gateway.session.plan-cache.enabled 19-103 bool - false
sql-gateway.session.plan-cache.size 19-103 int - 100
sql-gateway.session.plan-cache.ttl 19-103 duration - 1 h
sql-gateway.worker.keepalive-time 16-103 duration - 5 min
sql-gateway.worker.threads.max 16-103 int - 500
sql-gateway.worker.threads.min 16-103 int - 5
state.backend 2-16 string one=jobmanager,filesystem,rocksdb,hashmap@13-;class=2- @2:jobmanager@3:
state.backend.async 5-20 bool - true
state.backend.changelog.enabled 13-19 bool - false
state.backend.changelog.enabled_for_application 16-18 bool -
state.backend.changelog.max-failures-allowed 15-19 int - 3
state.backend.changelog.periodic-materialize.enabled 19 bool - true
state.backend.changelog.periodic-materialize.interval 15-19 duration - 10 min
state.backend.changelog.storage 14-19 string - memory
state.backend.forst.block.blocksize 100-103 memorysize - 4 kb
state.backend.forst.block.cache-size 100-103 memorysize - 8 mb
state.backend.forst.block.metadata-blocksize 100-103 memorysize - 4 kb
state.backend.forst.bloom-filter.bits-per-key 100-103 double - 10.0
state.backend.forst.bloom-filter.block-based-mode 100-103 bool - false
state.backend.forst.cache.dir 100-103 string -
state.backend.forst.cache.lru.access-before-promote 100-103 int - 6
state.backend.forst.cache.lru.promote-limit 100-103 int - 3
state.backend.forst.cache.reserve-size 100-103 memorysize - 256 mb
state.backend.forst.cache.size-based-limit 100-103 memorysize - 0 bytes
state.backend.forst.compaction.filter.periodic-compaction-time 100-103 duration - 720 h
state.backend.forst.compaction.filter.query-time-after-num-entries 100-103 long - 1000
state.backend.forst.compaction.level.max-size-level-base 100-103 memorysize - 256 mb
state.backend.forst.compaction.level.target-file-size-base 100-103 memorysize - 64 mb
state.backend.forst.compaction.level.use-dynamic-size 100-103 bool - false
state.backend.forst.compaction.style 100-103 enum one=LEVEL,UNIVERSAL,FIFO,NONE LEVEL
state.backend.forst.compression.per.level 100-103 enum list;one=NO_COMPRESSION,SNAPPY_COMPRESSION,ZLIB_COMPRESSION,BZLIB2_COMPRESSION,LZ4_COMPRESSION,\
LZ4HC_COMPRESSION,XPRESS_COMPRESSION,ZSTD_COMPRESSION,DISABLE_COMPRESSION_OPTION
state.backend.forst.executor.inline-coordinator 100-103 bool - false
state.backend.forst.executor.inline-write 100-103 bool - true
state.backend.forst.executor.read-io-parallelism 100-103 int - 3
state.backend.forst.executor.write-io-parallelism 100-103 int - 1
state.backend.forst.files.open 100-103 int - -1
state.backend.forst.local-dir 100-103 string -
state.backend.forst.log.dir 100-103 string -
state.backend.forst.log.file-num 100-103 int - 4
state.backend.forst.log.level 100-103 enum one=DEBUG_LEVEL,INFO_LEVEL,WARN_LEVEL,ERROR_LEVEL,FATAL_LEVEL,HEADER_LEVEL,NUM_INFO_LOG_LEVELS INFO_LEVEL
state.backend.forst.log.max-file-size 100-103 memorysize - 25 mb
state.backend.forst.memory.fixed-per-slot 100-103 memorysize -
state.backend.forst.memory.fixed-per-tm 100-103 memorysize -
state.backend.forst.memory.high-prio-pool-ratio 100-103 double - 0.1
state.backend.forst.memory.managed 100-103 bool - true
state.backend.forst.memory.partitioned-index-filters 100-103 bool - true
state.backend.forst.memory.write-buffer-ratio 100-103 double - 0.5
state.backend.forst.metrics.actual-delayed-write-rate 100-103 bool - false
state.backend.forst.metrics.background-errors 100-103 bool - false
state.backend.forst.metrics.block-cache-capacity 100-103 bool - false
state.backend.forst.metrics.block-cache-hit 100-103 bool - false
state.backend.forst.metrics.block-cache-miss 100-103 bool - false
state.backend.forst.metrics.block-cache-pinned-usage 100-103 bool - false
state.backend.forst.metrics.block-cache-usage 100-103 bool - false
state.backend.forst.metrics.bloom-filter-full-positive 100-103 bool - false
state.backend.forst.metrics.bloom-filter-full-true-positive 100-103 bool - false
state.backend.forst.metrics.bloom-filter-useful 100-103 bool - false
state.backend.forst.metrics.bytes-read 100-103 bool - false
state.backend.forst.metrics.bytes-written 100-103 bool - false
state.backend.forst.metrics.column-family-as-variable 100-103 bool - false
state.backend.forst.metrics.compaction-pending 100-103 bool - false
state.backend.forst.metrics.compaction-read-bytes 100-103 bool - false
state.backend.forst.metrics.compaction-write-bytes 100-103 bool - false
state.backend.forst.metrics.cur-size-active-mem-table 100-103 bool - false
state.backend.forst.metrics.cur-size-all-mem-tables 100-103 bool - false
state.backend.forst.metrics.estimate-live-data-size 100-103 bool - false
state.backend.forst.metrics.estimate-num-keys 100-103 bool - false
state.backend.forst.metrics.estimate-pending-compaction-bytes 100-103 bool - false
state.backend.forst.metrics.estimate-table-readers-mem 100-103 bool - false
state.backend.forst.metrics.is-write-stopped 100-103 bool - false
state.backend.forst.metrics.iter-bytes-read 100-103 bool - false
state.backend.forst.metrics.live-sst-files-size 100-103 bool - false
state.backend.forst.metrics.mem-table-flush-pending 100-103 bool - false
state.backend.forst.metrics.num-deletes-active-mem-table 100-103 bool - false
state.backend.forst.metrics.num-deletes-imm-mem-tables 100-103 bool - false
state.backend.forst.metrics.num-entries-active-mem-table 100-103 bool - false
state.backend.forst.metrics.num-entries-imm-mem-tables 100-103 bool - false
state.backend.forst.metrics.num-files-at-level 100-103 bool - false
state.backend.forst.metrics.num-immutable-mem-table 100-103 bool - false
state.backend.forst.metrics.num-live-versions 100-103 bool - false
state.backend.forst.metrics.num-running-compactions 100-103 bool - false
state.backend.forst.metrics.num-running-flushes 100-103 bool - false
state.backend.forst.metrics.num-snapshots 100-103 bool - false
state.backend.forst.metrics.size-all-mem-tables 100-103 bool - false
state.backend.forst.metrics.stall-micros 100-103 bool - false
state.backend.forst.metrics.total-sst-files-size 100-103 bool - false
state.backend.forst.options-factory 100-103 string -
state.backend.forst.primary-dir 100-103 string - checkpoint-dir
state.backend.forst.rescaling.use-delete-files-in-range 100-103 bool - false
state.backend.forst.restore-overlap-fraction-threshold 100-103 double - 0.0
state.backend.forst.sync.enforce-local 100-103 bool - true
state.backend.forst.thread.num 100-103 int - 2
state.backend.forst.timer-service.cache-size 100-103 int - 128
state.backend.forst.timer-service.factory 100-103 enum one=HEAP,ForStDB ForStDB
state.backend.forst.use-bloom-filter 100-103 bool - false
state.backend.forst.use-ingest-db-restore-mode 100-103 bool - false
state.backend.forst.write-batch-size 100-103 memorysize - 2 mb
state.backend.forst.writebuffer.count 100-103 int - 2
state.backend.forst.writebuffer.number-to-merge 100-103 int - 1
state.backend.forst.writebuffer.size 100-103 memorysize - 64 mb
state.backend.fs.memory-threshold 5-12 5:int,11:memorysize unit=b @5:1024@11:20 kb
state.backend.fs.write-buffer-size 9-12 int unit=b 4096
state.backend.incremental 5-19 bool - false
state.backend.latency-track.history-size 13-20 int - 128
state.backend.latency-track.keyed-state-enabled 13-20 bool - false
state.backend.latency-track.sample-interval 13-20 int - 100
state.backend.latency-track.state-name-as-variable 13-20 bool - @13:false@15:true
state.backend.local-recovery 5-20 bool - false
state.backend.rocksdb.block.blocksize 8-103 memorysize - @8:@15:4 kb
state.backend.rocksdb.block.cache-size 8-103 memorysize - @8:@15:8 mb
state.backend.rocksdb.block.metadata-blocksize 13-103 memorysize - @13:@15:4 kb
state.backend.rocksdb.bloom-filter.bits-per-key 14-103 double - 10.0
state.backend.rocksdb.bloom-filter.block-based-mode 14-103 bool - false
state.backend.rocksdb.checkpoint.transfer.thread.num 8-103 int - @8:1@13:4
state.backend.rocksdb.checkpointdir 2-3 string -
state.backend.rocksdb.compaction.filter.periodic-compaction-time 100-103 duration - 720 h
state.backend.rocksdb.compaction.filter.query-time-after-num-entries 100-103 long - 1000
state.backend.rocksdb.compaction.level.max-size-level-base 8-103 8:string,10:memorysize - @8:@15:256 mb
state.backend.rocksdb.compaction.level.target-file-size-base 8-103 8:string,10:memorysize - @8:@15:64 mb
state.backend.rocksdb.compaction.level.use-dynamic-size 8-103 8:string,10:bool - @8:@15:false
state.backend.rocksdb.compaction.style 8-103 8:string,10:enum one=LEVEL,UNIVERSAL,FIFO,NONE@14-103 @8:@15:LEVEL
state.backend.rocksdb.compression.per.level 19-103 enum list;one=NO_COMPRESSION,SNAPPY_COMPRESSION,ZLIB_COMPRESSION,BZLIB2_COMPRESSION,\
LZ4_COMPRESSION,LZ4HC_COMPRESSION,XPRESS_COMPRESSION,ZSTD_COMPRESSION,DISABLE_COMPRESSION_OPTION
state.backend.rocksdb.files.open 8-103 8:string,10:int - @8:@15:-1
state.backend.rocksdb.incremental-restore-async-compact-after-rescale 20-103 bool - false
state.backend.rocksdb.localdir 5-103 string -
state.backend.rocksdb.log.dir 14-103 string -
state.backend.rocksdb.log.file-num 14-103 int - @14:@15:4
state.backend.rocksdb.log.level 13-103 enum one=DEBUG_LEVEL,INFO_LEVEL,WARN_LEVEL,ERROR_LEVEL,FATAL_LEVEL,HEADER_LEVEL,NUM_INFO_LOG_LEVELS
state.backend.rocksdb.log.max-file-size 14-103 memorysize - @14:@15:25 mb
state.backend.rocksdb.manual-compaction.max-auto-compactions 20-103 int - 30
state.backend.rocksdb.manual-compaction.max-file-size-to-compact 20-103 memorysize - 50 kb
state.backend.rocksdb.manual-compaction.max-files-to-compact 20-103 int - 30
state.backend.rocksdb.manual-compaction.max-output-file-size 20-103 memorysize - 64 mb
state.backend.rocksdb.manual-compaction.max-parallel-compactions 20-103 int - 5
state.backend.rocksdb.manual-compaction.min-files-to-compact 20-103 int - 5
state.backend.rocksdb.manual-compaction.min-interval 20-103 duration - 0 ms
state.backend.rocksdb.memory.fixed-per-slot 10-103 memorysize -
state.backend.rocksdb.memory.fixed-per-tm 17-103 memorysize -
state.backend.rocksdb.memory.high-prio-pool-ratio 10-103 double - 0.1
state.backend.rocksdb.memory.managed 10-103 bool - true
state.backend.rocksdb.memory.partitioned-index-filters 13-103 bool - false
state.backend.rocksdb.memory.write-buffer-ratio 10-103 double - 0.5
state.backend.rocksdb.metrics.actual-delayed-write-rate 7-103 bool - false
state.backend.rocksdb.metrics.background-errors 7-103 bool - false
state.backend.rocksdb.metrics.block-cache-capacity 10-103 bool - false
state.backend.rocksdb.metrics.block-cache-hit 16-103 bool - false
state.backend.rocksdb.metrics.block-cache-miss 16-103 bool - false
state.backend.rocksdb.metrics.block-cache-pinned-usage 10-103 bool - false
state.backend.rocksdb.metrics.block-cache-usage 10-103 bool - false
state.backend.rocksdb.metrics.bloom-filter-full-positive 20-103 bool - false
state.backend.rocksdb.metrics.bloom-filter-full-true-positive 20-103 bool - false
state.backend.rocksdb.metrics.bloom-filter-useful 20-103 bool - false
state.backend.rocksdb.metrics.bytes-read 16-103 bool - false
state.backend.rocksdb.metrics.bytes-written 16-103 bool - false
state.backend.rocksdb.metrics.column-family-as-variable 10-103 bool - false
state.backend.rocksdb.metrics.compaction-pending 7-103 bool - false
state.backend.rocksdb.metrics.compaction-read-bytes 16-103 bool - false
state.backend.rocksdb.metrics.compaction-write-bytes 16-103 bool - false
state.backend.rocksdb.metrics.cur-size-active-mem-table 7-103 bool - false
state.backend.rocksdb.metrics.cur-size-all-mem-tables 7-103 bool - false
state.backend.rocksdb.metrics.estimate-live-data-size 7-103 bool - false
state.backend.rocksdb.metrics.estimate-num-keys 7-103 bool - false
state.backend.rocksdb.metrics.estimate-pending-compaction-bytes 7-103 bool - false
state.backend.rocksdb.metrics.estimate-table-readers-mem 7-103 bool - false
state.backend.rocksdb.metrics.is-write-stopped 10-103 bool - false
state.backend.rocksdb.metrics.iter-bytes-read 16-103 bool - false
state.backend.rocksdb.metrics.live-sst-files-size 14-103 bool - false
state.backend.rocksdb.metrics.mem-table-flush-pending 7-103 bool - false
state.backend.rocksdb.metrics.num-deletes-active-mem-table 7-103 bool - false
state.backend.rocksdb.metrics.num-deletes-imm-mem-tables 7-103 bool - false
state.backend.rocksdb.metrics.num-entries-active-mem-table 7-103 bool - false
state.backend.rocksdb.metrics.num-entries-imm-mem-tables 7-103 bool - false
state.backend.rocksdb.metrics.num-files-at-level 20-103 bool - false
state.backend.rocksdb.metrics.num-immutable-mem-table 7-103 bool - false
state.backend.rocksdb.metrics.num-live-versions 7-103 bool - false
state.backend.rocksdb.metrics.num-running-compactions 7-103 bool - false
state.backend.rocksdb.metrics.num-running-flushes 7-103 bool - false
state.backend.rocksdb.metrics.num-snapshots 7-103 bool - false
state.backend.rocksdb.metrics.size-all-mem-tables 7-103 bool - false
state.backend.rocksdb.metrics.stall-micros 16-103 bool - false
state.backend.rocksdb.metrics.total-sst-files-size 7-103 bool - false
state.backend.rocksdb.options-factory 8-103 string - @8:org.apache.flink.contrib.streaming.state.DefaultConfigurableOptionsFactory@15:
state.backend.rocksdb.predefined-options 8-103 string - DEFAULT
state.backend.rocksdb.rescaling.use-delete-files-in-range 20-103 bool - false
state.backend.rocksdb.restore-overlap-fraction-threshold 16-103 double - 0.0
state.backend.rocksdb.thread.num 8-103 8:string,10:int - @8:@15:2
state.backend.rocksdb.timer-service.cache-size 19-103 int - 128
state.backend.rocksdb.timer-service.factory 6-103 6:string,11:enum one=HEAP,ROCKSDB @6:HEAP@10:ROCKSDB
state.backend.rocksdb.ttl.compaction.filter.enabled 8-10 bool - @8:false@10:true
state.backend.rocksdb.use-bloom-filter 14-103 bool - false
state.backend.rocksdb.use-ingest-db-restore-mode 20-103 bool - false
state.backend.rocksdb.write-batch-size 10-103 memorysize - 2 mb
state.backend.rocksdb.writebuffer.count 8-103 8:string,10:int - @8:@15:2
state.backend.rocksdb.writebuffer.number-to-merge 8-103 8:string,10:int - @8:@15:1
state.backend.rocksdb.writebuffer.size 8-103 memorysize - @8:@15:64 mb
state.backend.type 17-103 string one=jobmanager@2-20,filesystem@2-20,rocksdb,hashmap,forst@100-;class=2- @17:@19:hashmap
state.changelog.dstl.dfs.base-path 20-103 string -
state.changelog.dstl.dfs.batch.persist-delay 20-103 duration - 10 ms
state.changelog.dstl.dfs.batch.persist-size-threshold 20-103 memorysize - 10 mb
state.changelog.dstl.dfs.compression.enabled 20-103 bool - false
state.changelog.dstl.dfs.discard.num-threads 20-103 int - 1
state.changelog.dstl.dfs.download.local-cache.idle-timeout-ms 20-103 duration - 10 min
state.changelog.dstl.dfs.preemptive-persist-threshold 20-103 memorysize - 5 mb
state.changelog.dstl.dfs.upload.buffer-size 20-103 memorysize - 1 mb
state.changelog.dstl.dfs.upload.max-attempts 20-103 int - 3
state.changelog.dstl.dfs.upload.max-in-flight 20-103 memorysize - 100 mb
state.changelog.dstl.dfs.upload.next-attempt-delay 20-103 duration - 500 ms
state.changelog.dstl.dfs.upload.num-threads 20-103 int - 5
state.changelog.dstl.dfs.upload.retry-policy 20-103 string - fixed
state.changelog.dstl.dfs.upload.timeout 20-103 duration - 1 s
state.changelog.enabled 20-103 bool - false
state.changelog.max-failures-allowed 20-103 int - 3
state.changelog.periodic-materialize.enabled 20-103 bool - true
state.changelog.periodic-materialize.interval 20-103 duration - 10 min
state.changelog.storage 20-103 string - memory
state.checkpoint-storage 13-19 string -
state.checkpoint.cleaner.parallel-mode 19 bool - true
state.checkpoints.create-subdir 19 bool - true
state.checkpoints.dir 2-19 2:string,5:uri -
state.checkpoints.num-retained 3-19 int - 1
state.latency-track.history-size 20-103 int - 128
state.latency-track.keyed-state-enabled 20-103 bool - false
state.latency-track.sample-interval 20-103 int - 100
state.latency-track.state-name-as-variable 20-103 bool - true
state.savepoints.dir 2-19 2:string,5:uri -
state.size-track.history-size 101-103 int - 128
state.size-track.keyed-state-enabled 101-103 bool - false
state.size-track.sample-interval 101-103 int - 100
state.size-track.state-name-as-variable 101-103 bool - true
state.storage.fs.memory-threshold 13-19 memorysize - 20 kb
state.storage.fs.write-buffer-size 13-19 int unit=b 4096
table 16-19 string -
table.builtin-catalog-name 15-103 string - default_catalog
table.builtin-database-name 15-103 string - default_database
table.catalog-modification.listeners 18-103 string list
table.catalog-store.kind 18-103 string - generic_in_memory
table.column-expansion-strategy 19-103 enum list;one=EXCLUDE_ALIASED_VIRTUAL_METADATA_COLUMNS,EXCLUDE_DEFAULT_VIRTUAL_METADATA_COLUMNS
table.display.max-column-width 18-103 int - 30
table.dml-sync 13-103 bool - false
table.dynamic-table-options.enabled 11-103 bool - @11:false@14:true
table.exec.async-lookup.buffer-capacity 9-103 int - 100
table.exec.async-lookup.key-ordered-enabled 101-103 bool - false
table.exec.async-lookup.output-mode 16-103 enum one=ORDERED,ALLOW_UNORDERED ORDERED
table.exec.async-lookup.timeout 9-103 9:string,12:duration - 3 min
table.exec.async-ml-predict.max-concurrent-operations 101-103 int - 10
table.exec.async-ml-predict.output-mode 101-103 enum one=ORDERED,ALLOW_UNORDERED ORDERED
table.exec.async-ml-predict.timeout 101-103 duration - 3 min
table.exec.async-scalar.buffer-capacity 19-101 int - 10
table.exec.async-scalar.max-attempts 19-103 int - 3
table.exec.async-scalar.max-concurrent-operations 102-103 int - 10
table.exec.async-scalar.retry-delay 19-103 duration - 100 ms
table.exec.async-scalar.retry-strategy 19-103 enum one=NO_RETRY,FIXED_DELAY FIXED_DELAY
table.exec.async-scalar.timeout 19-103 duration - 3 min
table.exec.async-state.enabled 100-103 bool - false
table.exec.async-table.max-concurrent-operations 102-103 int - 10
table.exec.async-table.max-retries 102-103 int - 3
table.exec.async-table.retry-delay 102-103 duration - 100 ms
table.exec.async-table.retry-strategy 102-103 enum one=NO_RETRY,FIXED_DELAY FIXED_DELAY
table.exec.async-table.timeout 102-103 duration - 3 min
table.exec.async-vector-search.max-concurrent-operations 102-103 int - 10
table.exec.async-vector-search.output-mode 102-103 enum one=ORDERED,ALLOW_UNORDERED ORDERED
table.exec.async-vector-search.timeout 102-103 duration - 3 min
table.exec.deduplicate.insert-update-after-sensitive-enabled 15-103 bool - true
table.exec.deduplicate.mini-batch.compact-changes 14 bool - false
table.exec.deduplicate.mini-batch.compact-changes-enabled 15-103 bool - false
table.exec.delta-join.cache-enabled 102-103 bool - true
table.exec.delta-join.left.cache-size 102-103 long - 10000
table.exec.delta-join.right.cache-size 102-103 long - 10000
table.exec.disabled-operators 9-103 string -
table.exec.dynamic-filtering.threshold 16-103 memorysize - 8 mb
table.exec.emit.allow-lateness 14-103 duration -
table.exec.emit.early-fire.delay 9-103 9:string,12:duration -
table.exec.emit.early-fire.enabled 9-103 bool - false
table.exec.emit.late-fire.delay 9-103 9:string,12:duration -
table.exec.emit.late-fire.enabled 9-103 bool - false
table.exec.insert-and-updateafter-sensitive 11-14 bool - true
table.exec.interval-join.min-cleanup-interval 18-103 duration - 0 ms
table.exec.legacy-cast-behaviour 15-103 enum one=ENABLED,DISABLED DISABLED
table.exec.legacy-transformation-uids 15-20 bool - false
table.exec.local-hash-agg.adaptive.distinct-value-rate-threshold 17-103 double - 0.5
table.exec.local-hash-agg.adaptive.enabled 17-103 bool - true
table.exec.local-hash-agg.adaptive.sampling-threshold 17-103 long - 500000
table.exec.mini-batch.allow-latency 9-103 9:string,12:duration - @9:-1 ms@12:0 ms
table.exec.mini-batch.enabled 9-103 bool - false
table.exec.mini-batch.size 9-103 long - -1
table.exec.non-temporal-sort.enabled 9-14 bool - false
table.exec.operator-fusion-codegen.enabled 18-103 bool - false
table.exec.range-sort.enabled 9-20 bool - false
table.exec.rank.topn-cache-size 15-103 long - 10000
table.exec.resource.default-parallelism 9-103 int - -1
table.exec.resource.external-buffer-memory 9-103 9:string,13:memorysize - 10 mb
table.exec.resource.hash-agg.memory 9-103 9:string,13:memorysize - 128 mb
table.exec.resource.hash-join.memory 9-103 9:string,13:memorysize - 128 mb
table.exec.resource.sort.memory 9-103 9:string,13:memorysize - 128 mb
table.exec.shuffle-mode 9-20 string - @9:batch@11:ALL_EDGES_BLOCKING@14:
table.exec.simplify-operator-name-enabled 15-103 bool - true
table.exec.sink.keyed-shuffle 15-103 enum one=NONE,AUTO,FORCE AUTO
table.exec.sink.nested-constraint-enforcer 101-103 enum one=IGNORE,ROWS,ROWS_AND_COLLECTIONS IGNORE
table.exec.sink.not-null-enforcer 11-103 enum one=ERROR,DROP ERROR
table.exec.sink.require-on-conflict 103 bool - true
table.exec.sink.rowtime-inserter 18-103 enum one=ENABLED,DISABLED ENABLED
table.exec.sink.type-length-enforcer 15-103 enum one=IGNORE,TRIM_PAD,ERROR@101-103 IGNORE
table.exec.sink.upsert-materialize 13-103 enum one=NONE,AUTO,FORCE AUTO
table.exec.sink.upsert-materialize-strategy.adaptive.threshold.high 102-103 long -
table.exec.sink.upsert-materialize-strategy.adaptive.threshold.low 102-103 long -
table.exec.sink.upsert-materialize-strategy.type 102-103 enum one=LEGACY,MAP,VALUE,ADAPTIVE LEGACY
table.exec.sort.async-merge-enabled 9-103 bool - true
table.exec.sort.default-limit 9-103 int - -1
table.exec.sort.max-num-file-handles 9-103 int - 128
table.exec.source.cdc-events-duplicate 12-103 bool - false
table.exec.source.idle-timeout 9-103 9:string,12:duration - @9:-1 ms@12:0 ms
table.exec.spill-compression.block-size 9-103 9:string,13:memorysize - 64 kb
table.exec.spill-compression.enabled 9-103 bool - true
table.exec.state.ttl 12-103 duration - 0 ms
table.exec.topn.cache-size 9-14 long - 10000
table.exec.uid.format 16-103 string - <id>_<transformation>
table.exec.uid.generation 15-103 enum one=PLAN_ONLY,ALWAYS,DISABLED PLAN_ONLY
table.exec.unbounded-over.version 101-103 int - 2
table.exec.window-agg.buffer-size-limit 9-103 int - 100000
table.generated-code.max-length 12-103 int - @12:64000@14:4000
table.generated-code.max-members 14-103 int - 10000
table.include 12-103 string -
table.legacy-nested-row-nullability 102-103 bool - false
table.local-time-zone 12-103 string - default
table.optimizer.adaptive-broadcast-join.strategy 100-103 enum one=auto,runtime_only,none auto
table.optimizer.agg-phase-strategy 9-103 9:string,20:enum one=AUTO,ONE_PHASE,TWO_PHASE AUTO
table.optimizer.bushy-join-reorder-threshold 17-103 int - 12
table.optimizer.cnf-nodes-limit 9-20 int - -1
table.optimizer.delta-join.strategy 101-103 enum one=AUTO,FORCE,NONE AUTO
table.optimizer.distinct-agg.split.bucket-num 9-103 int - 1024
table.optimizer.distinct-agg.split.enabled 9-103 bool - false
table.optimizer.dynamic-filtering.enabled 16-103 bool - true
table.optimizer.incremental-agg-enabled 9-103 bool - true
table.optimizer.join-reorder-enabled 9-103 bool - false
table.optimizer.join.broadcast-threshold 9-103 long unit=b 1048576
table.optimizer.join.null-filter-threshold 9-20 long - 2000000
table.optimizer.multi-join.enabled 101-103 bool - false
table.optimizer.multiple-input-enabled 12-103 bool - true
table.optimizer.non-deterministic-update.strategy 16-103 enum one=TRY_RESOLVE,IGNORE IGNORE
table.optimizer.ptf.max-tables 101-103 int - 20
table.optimizer.reuse-optimize-block-with-digest-enabled 9-103 bool - false
table.optimizer.reuse-sink-enabled 101-103 bool - true
table.optimizer.reuse-source-enabled 9-103 bool - true
table.optimizer.reuse-sub-plan-enabled 9-103 bool - true
table.optimizer.rows-per-local-agg 9-20 long - 1000000
table.optimizer.runtime-filter.enabled 18-103 bool - false
table.optimizer.runtime-filter.max-build-data-size 18-103 memorysize - 150 mb
table.optimizer.runtime-filter.min-filter-ratio 18-103 double - 0.5
table.optimizer.runtime-filter.min-probe-data-size 18-103 memorysize - 10 gb
table.optimizer.semi-anti-join.build-distinct.ndv-ratio 9-20 double - 0.8
table.optimizer.shuffle-by-partial-key-enabled 9-20 bool - false
table.optimizer.skewed-join-optimization.skewed-factor 100-103 double - 4.0
table.optimizer.skewed-join-optimization.skewed-threshold 100-103 memorysize - 256 mb
table.optimizer.skewed-join-optimization.strategy 100-103 enum one=auto,forced,none auto
table.optimizer.smj.remove-sort-enabled 9-20 bool - false
table.optimizer.source.aggregate-pushdown-enabled 15-20 bool - true
table.optimizer.source.predicate-pushdown-enabled 9-20 bool - true
table.optimizer.source.report-statistics-enabled 16-103 bool - true
table.optimizer.sql2rel.project-merge.enabled 18-103 bool - false
table.optimizer.union-all-as-breakpoint-disabled 9-11 bool - false
table.optimizer.union-all-as-breakpoint-enabled 12-103 bool - true
table.plan.compile.catalog-objects 15-103 enum one=ALL,SCHEMA,IDENTIFIER ALL
table.plan.force-recompile 15-103 bool - false
table.plan.restore.catalog-objects 15-103 enum one=ALL,ALL_ENFORCED,IDENTIFIER ALL
table.planner 13-14 enum one=BLINK,OLD BLINK
table.resources.download-dir 16-103 string -
table.rtas-ctas.atomicity-enabled 18-103 bool - false
table.secret-store.kind 103 string - generic_in_memory
table.sql-dialect 11-103 string - default
task.cancellation.interval 2-103 2:long,20:duration unit=ms @2:30000@20:30 s
task.cancellation.timeout 2-103 2:long,20:duration unit=ms @2:180000@20:3 min
task.cancellation.timers.timeout 5-103 5:long,20:duration unit=ms @5:7500@20:7500 ms
task.checkpoint.alignment.max-size 2-10 long unit=b -1
taskmanager.bind-host 11-103 string -
taskmanager.collect-sink.port 19-103 port - 0
taskmanager.compute.numa 3-103 string -
taskmanager.cpu.cores 10-103 double -
taskmanager.data.bind-port 11-103 11:port,19:ports -
taskmanager.data.port 2-103 port - 0
taskmanager.data.ssl.enabled 2-103 bool - true
taskmanager.debug.memory.log 5-103 bool - false
taskmanager.debug.memory.log-interval 5-103 5:long,20:duration unit=ms @5:5000@20:5 s
taskmanager.debug.memory.logIntervalMs 2-4 long unit=ms 5000
taskmanager.debug.memory.startLogThread 2-4 bool - false
taskmanager.exit-on-fatal-akka-error 2-20 bool - false
taskmanager.heap.mb 2-20 int unit=m @2:@3:1024@10:
taskmanager.heap.size 6-20 memorysize - @6:1024m@10:
taskmanager.host 5-103 string -
taskmanager.hostname 2-4 string -
taskmanager.initial-registration-pause 2-4 duration - 500 ms
taskmanager.jvm-exit-on-oom 3-103 bool - false
taskmanager.load-balance.mode 19-103 enum one=NONE,SLOTS,MIN_RESOURCES@101-103,TASKS@102-103 NONE
taskmanager.log.path 2-13,19-103 string -
taskmanager.max-registration-pause 2-4 duration -
taskmanager.maxRegistrationDuration 2-4 duration - Inf
taskmanager.memory.flink.size 10-103 memorysize -
taskmanager.memory.fraction 2-9 float - @2:@3:0.7
taskmanager.memory.framework.heap.size 10-103 memorysize - 128 mb
taskmanager.memory.framework.off-heap.batch-shuffle.size 13-103 memorysize - @13:32 mb@15:64 mb
taskmanager.memory.framework.off-heap.size 10-103 memorysize - 128 mb
taskmanager.memory.jvm-metaspace.size 10-103 memorysize - 256 mb
taskmanager.memory.jvm-overhead.fraction 10-103 float - 0.1
taskmanager.memory.jvm-overhead.max 10-103 memorysize - 1 gb
taskmanager.memory.jvm-overhead.min 10-103 memorysize - 192 mb
taskmanager.memory.managed.consumer-weights 12-103 map - @12:DATAPROC:70,PYTHON:30@13:OPERATOR:70,STATE_BACKEND:70,PYTHON:30
taskmanager.memory.managed.fraction 10-103 float - 0.4
taskmanager.memory.managed.size 10-103 memorysize -
taskmanager.memory.min-segment-size 14-103 memorysize - @14:1 kb@15:256 bytes
taskmanager.memory.network.fraction 10-103 float - 0.1
taskmanager.memory.network.max 10-103 memorysize - @10:1 gb@17:9223372036854775807 bytes
taskmanager.memory.network.min 10-103 memorysize - 64 mb
taskmanager.memory.off-heap 2-9 bool - @2:@3:false
taskmanager.memory.preallocate 2-9 bool - false
taskmanager.memory.process.size 10-103 memorysize -
taskmanager.memory.segment-size 2-103 2:int,6:memorysize unit=b @2:32768@7:32kb@10:32 kb
taskmanager.memory.size 2-9 2:string,3:long,6:memorysize unit=m @2:@3:-1@6:0
taskmanager.memory.starting-segment-size 100-103 memorysize - 1 kb
taskmanager.memory.task.heap.size 10-103 memorysize -
taskmanager.memory.task.off-heap.size 10-103 memorysize - 0 bytes
taskmanager.net.request-backoff.initial 2 int unit=ms 100
taskmanager.net.request-backoff.max 2 int unit=ms 10000
taskmanager.network.adaptive-partitioner.enabled 103 bool - false
taskmanager.network.adaptive-partitioner.max-traverse-size 103 int - 4
taskmanager.network.batch-shuffle.compression.enabled 16-20 bool - true
taskmanager.network.bind-policy 8-103 string - ip
taskmanager.network.blocking-shuffle.compression.enabled 10-15 bool - @10:false@15:true
taskmanager.network.blocking-shuffle.type 10-20 string - file
taskmanager.network.bounded-blocking-subpartition-type 9 string - auto
taskmanager.network.compression.codec 10-103 10:string,20:enum one=NONE,LZ4,LZO,ZSTD LZ4
taskmanager.network.credit-model 5-9 bool - true
taskmanager.network.defaultIOMode 2-8 string - sync
taskmanager.network.detailed-metrics 3-103 bool - false
taskmanager.network.hybrid-shuffle.enable-new-mode 18-20 bool - true
taskmanager.network.hybrid-shuffle.external-remote-tier-factory.class 20-103 string -
taskmanager.network.hybrid-shuffle.num-retained-in-memory-regions-max 17-20 long - 1048576
taskmanager.network.hybrid-shuffle.remote.path 18-103 string -
taskmanager.network.hybrid-shuffle.spill-index-region-group-size 18-20 int - 1024
taskmanager.network.hybrid-shuffle.spill-index-segment-size 17 int - 1024
taskmanager.network.max-num-tcp-connections 15-20 int - 1
taskmanager.network.memory.buffer-debloat.enabled 14-103 bool - false
taskmanager.network.memory.buffer-debloat.period 14-103 duration - @14:500 ms@15:200 ms
taskmanager.network.memory.buffer-debloat.samples 14-103 int - 20
taskmanager.network.memory.buffer-debloat.target 14-103 duration - 1 s
taskmanager.network.memory.buffer-debloat.threshold-percentages 14-103 int - @14:50@15:25
taskmanager.network.memory.buffers-per-channel 3-20 int - 2
taskmanager.network.memory.buffers-request-timeout 20-103 duration - 30 s
taskmanager.network.memory.exclusive-buffers-request-timeout-ms 9-20 long unit=ms 30000
taskmanager.network.memory.floating-buffers-per-gate 3-20 int - 8
taskmanager.network.memory.fraction 3-20 float - 0.1
taskmanager.network.memory.max 3-20 3:long,6:memorysize unit=b @3:1073741824@7:1gb
taskmanager.network.memory.max-buffers-per-channel 11-20 int - 10
taskmanager.network.memory.max-overdraft-buffers-per-gate 16-20 int - 5
taskmanager.network.memory.min 3-20 3:long,6:memorysize unit=b @3:67108864@7:64mb
taskmanager.network.memory.read-buffer.required-per-gate.max 17-103 int -
taskmanager.network.netty.client.connectTimeoutSec 3-103 int unit=s 120
taskmanager.network.netty.client.numThreads 3-20 int - -1
taskmanager.network.netty.client.tcp.keepCount 18-103 int -
taskmanager.network.netty.client.tcp.keepIdleSec 18-103 int -
taskmanager.network.netty.client.tcp.keepIntervalSec 18-103 int -
taskmanager.network.netty.num-arenas 3-20 int - -1
taskmanager.network.netty.sendReceiveBufferSize 3-20 int unit=b 0
taskmanager.network.netty.server.backlog 3-20 int - 0
taskmanager.network.netty.server.numThreads 3-20 int - -1
taskmanager.network.netty.transport 3-20 string - @3:nio@11:auto
taskmanager.network.numberOfBuffers 2-20 int - 2048
taskmanager.network.partition-request-timeout 19-103 duration - 10 s
taskmanager.network.partition.force-release-on-consumption 9-11 bool - false
taskmanager.network.request-backoff.initial 3-103 int unit=ms 100
taskmanager.network.request-backoff.max 3-103 int unit=ms 10000
taskmanager.network.retries 12-103 int - 0
taskmanager.network.sort-shuffle.min-buffers 12-103 int - @12:64@15:512
taskmanager.network.sort-shuffle.min-parallelism 12-20 int - @12:2147483647@15:1
taskmanager.network.tcp-connection.enable-reuse-across-jobs 15-103 bool - true
taskmanager.numberOfTaskSlots 2-103 int - @2:@5:1
taskmanager.refused-registration-pause 2-4 duration - 10 s
taskmanager.registration.initial-backoff 5-20 duration - 500 ms
taskmanager.registration.max-backoff 5-20 duration - 30 s
taskmanager.registration.refused-backoff 5-20 duration - 10 s
taskmanager.registration.timeout 5-103 duration - 5 min
taskmanager.resource-id 12-103 string -
taskmanager.rpc.bind-port 11-103 port -
taskmanager.rpc.port 2-103 2:port,4:ports - 0
taskmanager.runtime.fs-timeout 19-103 duration - 0 ms
taskmanager.runtime.fs_timeout 2-13 int - 0
taskmanager.runtime.hashjoin-bloom-filters 2-103 bool - false
taskmanager.runtime.large-record-handler 2-103 bool - false
taskmanager.runtime.max-fan 5-103 int - 128
taskmanager.runtime.sort-spilling-threshold 5-103 float - 0.8
taskmanager.slot.timeout 13-103 duration - 10 s
taskmanager.state.local.root-dirs 5-19 string -
taskmanager.system-out.log.cache-upper-size 19-103 memorysize - 100 kb
taskmanager.system-out.log.thread-name.enabled 19-103 bool - false
taskmanager.system-out.mode 19-103 enum one=DEFAULT,LOG,IGNORE DEFAULT
taskmanager.tmp.dirs 2-4 string -
timeout 16-19 duration -
timerservice.exceptional.shutdown.timeout 4 long unit=ms 7500
traces.checkpoint.span-detail-level 102-103 enum one=SPAN_PER_CHECKPOINT,SPAN_PER_CHECKPOINT_WITH_TASKS,CHILDREN_SPANS_PER_TASK,\
CHILDREN_SPANS_PER_SUBTASK
traces.report-events-as-spans 20-101 bool - false
traces.reporters 19-103 string -
user.artifacts.artifact-list 19-103 string list
user.artifacts.base-dir 19-103 string - /opt/flink/artifacts
user.artifacts.http-headers 19-103 map -
user.artifacts.raw-http-enabled 19-103 bool - false
web.access-control-allow-origin 4-103 string - *
web.adaptive-scheduler.rescale-history.size 103 int - 0
web.address 4-20 string -
web.backpressure.cleanup-interval 4-20 int unit=ms 600000
web.backpressure.delay-between-samples 4-20 int unit=ms 50
web.backpressure.num-samples 4-20 int - 100
web.backpressure.refresh-interval 4-20 int unit=ms 60000
web.cancel.enable 14-103 bool - true
web.checkpoints.history 4-103 int - 10
web.exception-history-size 13-103 int - 16
web.history 4-103 int - 5
web.log.path 4-103 string -
web.port 4-20 port - 8081
web.refresh-interval 4-103 4:long,20:duration unit=ms @4:3000@20:3 s
web.rescale.enable 18-103 bool - true
web.ssl.enabled 4-20 bool - true
web.submit.enable 4-103 bool - true
web.timeout 4-103 4:long,20:duration unit=ms @4:10000@9:600000@20:10 min
web.tmpdir 4-103 string -
web.upload.dir 4-103 string -
workflow-scheduler.type 20-103 string -
yarn.application-attempt-failures-validity-interval 9-103 long unit=ms 10000
yarn.application-attempts 2-103 2:string,20:int -
yarn.application-master.port 2-103 ports - @2:@4:0
yarn.application.id 10-103 string -
yarn.application.name 10-103 string -
yarn.application.node-label 10-103 string -
yarn.application.priority 10-103 int - -1
yarn.application.queue 10-103 string -
yarn.application.type 10-103 string -
yarn.appmaster.rpc.address 4-10 string -
yarn.appmaster.rpc.port 4-10 port - -1
yarn.appmaster.vcores 9-103 int - 1
yarn.classpath.include-user-jar 15-103 enum one=DISABLED,FIRST,LAST,ORDER ORDER
yarn.container-start-command-template 3-13,19-103 string - %java% %jvmmem% %jvmopts% %logging% %class% %args% %redirects%
yarn.containers.vcores 2-103 int - @2:@4:-1
yarn.file-replication 11-103 int - -1
yarn.flink-dist-jar 10-103 string -
yarn.heap-cutoff-min 2-3 string -
yarn.heap-cutoff-ratio 2-3 float - 0.25
yarn.heartbeat-delay 2-8 2:string,4:int unit=s @2:@4:5
yarn.heartbeat.container-request-interval 8-103 8:int,20:duration unit=ms @8:500@20:500 ms
yarn.heartbeat.interval 9-103 int unit=s 5
yarn.maximum-failed-containers 2-10 string -
yarn.modify.acls 18-103 string -
yarn.per-job-cluster.include-user-jar 4-14 4:string,13:enum one=DISABLED,FIRST,LAST,ORDER ORDER
yarn.properties-file.location 2-103 string -
yarn.provided.lib.dirs 11-103 string list
yarn.provided.usrlib.dir 16-103 string -
yarn.reallocate-failed 2-3 string -
yarn.rolled-logs.exclude-pattern 101-103 string -
yarn.rolled-logs.include-pattern 101-103 string -
yarn.security.appmaster.delegation.token.services 20-103 string list
yarn.security.kerberos.additionalFileSystems 12-15 string list
yarn.security.kerberos.localized-keytab-path 11-103 string - krb5.keytab
yarn.security.kerberos.ship-local-keytab 11-103 bool - true
yarn.ship-archives 12-103 string list
yarn.ship-directories 10-11 string list
yarn.ship-files 12-103 string list
yarn.staging-directory 12-103 string -
yarn.tags 3-103 string -
yarn.taskmanager.node-label 15-103 string -
yarn.view.acls 18-103 string -
zookeeper.heap.mb 2-103 string -
zookeeper.sasl.disable 2-103 bool - @2:true@3:false
zookeeper.sasl.login-context-name 2-103 string - Client
zookeeper.sasl.service-name 2-103 string - zookeeper
"""

RENAMED = """\
akka.ask.callstack 18-103 pekko.ask.callstack
akka.ask.timeout 18-103 pekko.ask.timeout
akka.client-socket-worker-pool.pool-size-factor 18-103 pekko.client-socket-worker-pool.pool-size-factor
akka.client-socket-worker-pool.pool-size-max 18-103 pekko.client-socket-worker-pool.pool-size-max
akka.client-socket-worker-pool.pool-size-min 18-103 pekko.client-socket-worker-pool.pool-size-min
akka.client.timeout 11-103 client.timeout
akka.fork-join-executor.parallelism-factor 18-103 pekko.fork-join-executor.parallelism-factor
akka.fork-join-executor.parallelism-max 18-103 pekko.fork-join-executor.parallelism-max
akka.fork-join-executor.parallelism-min 18-103 pekko.fork-join-executor.parallelism-min
akka.framesize 18-103 pekko.framesize
akka.jvm-exit-on-fatal-error 18-103 pekko.jvm-exit-on-fatal-error
akka.log.lifecycle.events 18-103 pekko.log.lifecycle.events
akka.lookup.timeout 18-103 pekko.lookup.timeout
akka.retry-gate-closed-for 18-103 pekko.retry-gate-closed-for
akka.rpc.force-invocation-serialization 18-103 pekko.rpc.force-invocation-serialization
akka.server-socket-worker-pool.pool-size-factor 18-103 pekko.server-socket-worker-pool.pool-size-factor
akka.server-socket-worker-pool.pool-size-max 18-103 pekko.server-socket-worker-pool.pool-size-max
akka.server-socket-worker-pool.pool-size-min 18-103 pekko.server-socket-worker-pool.pool-size-min
akka.ssl.enabled 18-103 pekko.ssl.enabled
akka.startup-timeout 18-103 pekko.startup-timeout
akka.tcp.timeout 18-103 pekko.tcp.timeout
akka.throughput 18-103 pekko.throughput
classloader.parent-first-patterns 5-103 classloader.parent-first-patterns.default
cleanup-strategy 17-103 cleanup-strategy.type
dstl.dfs.base-path 20-103 state.changelog.dstl.dfs.base-path
dstl.dfs.batch.persist-delay 20-103 state.changelog.dstl.dfs.batch.persist-delay
dstl.dfs.batch.persist-size-threshold 20-103 state.changelog.dstl.dfs.batch.persist-size-threshold
dstl.dfs.compression.enabled 20-103 state.changelog.dstl.dfs.compression.enabled
dstl.dfs.discard.num-threads 20-103 state.changelog.dstl.dfs.discard.num-threads
dstl.dfs.download.local-cache.idle-timeout-ms 20-103 state.changelog.dstl.dfs.download.local-cache.idle-timeout-ms
dstl.dfs.preemptive-persist-threshold 20-103 state.changelog.dstl.dfs.preemptive-persist-threshold
dstl.dfs.upload.buffer-size 20-103 state.changelog.dstl.dfs.upload.buffer-size
dstl.dfs.upload.max-attempts 20-103 state.changelog.dstl.dfs.upload.max-attempts
dstl.dfs.upload.max-in-flight 20-103 state.changelog.dstl.dfs.upload.max-in-flight
dstl.dfs.upload.next-attempt-delay 20-103 state.changelog.dstl.dfs.upload.next-attempt-delay
dstl.dfs.upload.num-threads 20-103 state.changelog.dstl.dfs.upload.num-threads
dstl.dfs.upload.retry-policy 20-103 state.changelog.dstl.dfs.upload.retry-policy
dstl.dfs.upload.timeout 20-103 state.changelog.dstl.dfs.upload.timeout
env.java.opts 17-103 env.java.opts.all
execution.allow-client-job-configurations 16-103 execution.program-config.enabled
execution.buffer-timeout 16-103 execution.buffer-timeout.interval
execution.checkpointing.alignment-timeout 14-103 execution.checkpointing.aligned-checkpoint-timeout
execution.checkpointing.approximate-local-recovery 20-103 execution.state-recovery.approximate-local-recovery
execution.checkpointing.checkpoints-after-tasks-finish.enabled 100-103 execution.checkpointing.checkpoints-after-tasks-finish
execution.checkpointing.recover-without-channel-state.checkpoint-id 20-103 execution.state-recovery.without-channel-state.checkpoint-id
execution.checkpointing.unaligned 17-103 execution.checkpointing.unaligned.enabled
execution.savepoint-restore-mode 100-103 execution.state-recovery.claim-mode
execution.savepoint.ignore-unclaimed-state 100-103 execution.state-recovery.ignore-unclaimed-state
execution.savepoint.path 100-103 execution.state-recovery.path
high-availability 17-103 high-availability.type
high-availability.zookeeper.path.jobgraphs 100-103 high-availability.zookeeper.path.execution-plans
high-availability.zookeeper.path.namespace 2-103 high-availability.cluster-id
high-availability.zookeeper.storageDir 2-103 high-availability.storageDir
job-manager.max-attempts-history-size 3-103 jobmanager.execution.attempts-history-size
jobmanager.adaptive-batch-scheduler.avg-data-volume-per-task 17-103 execution.batch.adaptive.auto-parallelism.avg-data-volume-per-task
jobmanager.adaptive-batch-scheduler.default-source-parallelism 17-103 execution.batch.adaptive.auto-parallelism.default-source-parallelism
jobmanager.adaptive-batch-scheduler.max-parallelism 17-103 execution.batch.adaptive.auto-parallelism.max-parallelism
jobmanager.adaptive-batch-scheduler.min-parallelism 17-103 execution.batch.adaptive.auto-parallelism.min-parallelism
jobmanager.adaptive-batch-scheduler.speculative.block-slow-node-duration 17-103 execution.batch.speculative.block-slow-node-duration
jobmanager.adaptive-batch-scheduler.speculative.enabled 17-103 execution.batch.speculative.enabled
jobmanager.adaptive-batch-scheduler.speculative.max-concurrent-executions 17-103 execution.batch.speculative.max-concurrent-executions
jobmanager.adaptive-scheduler.resource-stabilization-timeout 100-103 jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout
jobmanager.adaptive-scheduler.resource-wait-timeout 100-103 jobmanager.adaptive-scheduler.submission.resource-wait-timeout
jobmanager.adaptive-scheduler.scaling-interval.min 100-103 jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling
jobmanager.web.access-control-allow-origin 4-103 web.access-control-allow-origin
jobmanager.web.address 10-103 rest.bind-address
jobmanager.web.address 4 web.address
jobmanager.web.address 5-9 web.address +
jobmanager.web.backpressure.cleanup-interval 4-20 web.backpressure.cleanup-interval
jobmanager.web.backpressure.delay-between-samples 4-20 web.backpressure.delay-between-samples
jobmanager.web.backpressure.num-samples 4-20 web.backpressure.num-samples
jobmanager.web.backpressure.refresh-interval 4-20 web.backpressure.refresh-interval
jobmanager.web.checkpoints.history 4-103 web.checkpoints.history
jobmanager.web.history 4-103 web.history
jobmanager.web.log.path 4-103 web.log.path
jobmanager.web.port 100-103 rest.bind-port
jobmanager.web.port 4 web.port
jobmanager.web.port 5-7 rest.port
jobmanager.web.port 8-20 rest.port +
jobmanager.web.refresh-interval 4-103 web.refresh-interval
jobmanager.web.ssl.enabled 4-20 web.ssl.enabled
jobmanager.web.submit.enable 4-103 web.submit.enable
jobmanager.web.tmpdir 4-103 web.tmpdir
jobmanager.web.upload.dir 4-103 web.upload.dir
jobstore.cache-size 103 completed-application-store.cache-size
jobstore.max-capacity 103 completed-application-store.max-capacity
jobstore.type 103 completed-application-store.type
kubernetes.container.image 17-103 kubernetes.container.image.ref
kubernetes.jobmanager.cpu 17-103 kubernetes.jobmanager.cpu.amount
kubernetes.pod-template-file 17-103 kubernetes.pod-template-file.default
kubernetes.taskmanager.cpu 17-103 kubernetes.taskmanager.cpu.amount
library-cache-manager.cleanup.interval 4-103 blob.service.cleanup.interval
local.number-taskmanager 19-103 minicluster.number-of-taskmanagers
metrics.scope.jm.job 17-103 metrics.scope.jm-job
metrics.scope.tm.job 17-103 metrics.scope.tm-job
pipeline.operator-chaining 18-103 pipeline.operator-chaining.enabled
python.binary.python2 7-8 python.binary.path
python.binary.python3 7-8 python.binary.path
query.client.network-threads 8-103 queryable-state.client.network-threads
query.proxy.network-threads 8-103 queryable-state.proxy.network-threads
query.proxy.ports 8-103 queryable-state.proxy.ports
query.proxy.query-threads 8-103 queryable-state.proxy.query-threads
query.server.network-threads 8-103 queryable-state.server.network-threads
query.server.ports 8-103 queryable-state.server.ports
query.server.query-threads 8-103 queryable-state.server.query-threads
recovery.job.delay 2-20 high-availability.job.delay
recovery.jobmanager.port 2-103 high-availability.jobmanager.port
recovery.mode 17-103 high-availability.type
recovery.mode 2-16 high-availability
recovery.zookeeper.client.connection-timeout 2-103 high-availability.zookeeper.client.connection-timeout
recovery.zookeeper.client.max-retry-attempts 2-103 high-availability.zookeeper.client.max-retry-attempts
recovery.zookeeper.client.retry-wait 2-103 high-availability.zookeeper.client.retry-wait
recovery.zookeeper.client.session-timeout 2-103 high-availability.zookeeper.client.session-timeout
recovery.zookeeper.path.checkpoint-counter 2-13 high-availability.zookeeper.path.checkpoint-counter
recovery.zookeeper.path.checkpoints 2-13 high-availability.zookeeper.path.checkpoints
recovery.zookeeper.path.jobgraphs 100-103 high-availability.zookeeper.path.execution-plans
recovery.zookeeper.path.jobgraphs 2-20 high-availability.zookeeper.path.jobgraphs
recovery.zookeeper.path.latch 2-13 high-availability.zookeeper.path.latch
recovery.zookeeper.path.leader 2-13 high-availability.zookeeper.path.leader
recovery.zookeeper.path.mesos-workers 3-13 high-availability.zookeeper.path.mesos-workers
recovery.zookeeper.path.namespace 2-103 high-availability.cluster-id
recovery.zookeeper.path.root 2-103 high-availability.zookeeper.path.root
recovery.zookeeper.quorum 2-103 high-availability.zookeeper.quorum
recovery.zookeeper.storageDir 2-103 high-availability.storageDir
restart-strategy 17-103 restart-strategy.type
savepoints.state.backend.fs.dir 20-103 execution.checkpointing.savepoint-dir
savepoints.state.backend.fs.dir 4-19 state.savepoints.dir
security.kerberos.fetch.delegation-token 17-103 security.delegation.tokens.enabled
security.kerberos.tokens.renewal.retry.backoff 17-103 security.delegation.tokens.renewal.retry.backoff
security.kerberos.tokens.renewal.time-ratio 17-103 security.delegation.tokens.renewal.time-ratio
security.keytab 2-103 security.kerberos.login.keytab
security.principal 2-103 security.kerberos.login.principal
security.ssl.close-notify-flush-timeout 6-103 security.ssl.internal.close-notify-flush-timeout
security.ssl.handshake-timeout 6-103 security.ssl.internal.handshake-timeout
security.ssl.session-cache-size 6-103 security.ssl.internal.session-cache-size
security.ssl.session-timeout 6-103 security.ssl.internal.session-timeout
slotmanager.taskmanager-timeout 6-103 resourcemanager.taskmanager-timeout
state.backend 17-103 state.backend.type
state.backend.changelog.enabled 20-103 state.changelog.enabled
state.backend.changelog.max-failures-allowed 20-103 state.changelog.max-failures-allowed
state.backend.changelog.periodic-materialize.enabled 20-103 state.changelog.periodic-materialize.enabled
state.backend.changelog.periodic-materialize.interval 20-103 state.changelog.periodic-materialize.interval
state.backend.changelog.storage 20-103 state.changelog.storage
state.backend.fs.checkpointdir 20-103 execution.checkpointing.dir
state.backend.fs.checkpointdir 5-19 state.checkpoints.dir
state.backend.fs.memory-threshold 13-19 state.storage.fs.memory-threshold
state.backend.fs.memory-threshold 20-103 execution.checkpointing.data-inline-threshold
state.backend.fs.write-buffer-size 13-19 state.storage.fs.write-buffer-size
state.backend.fs.write-buffer-size 20-103 execution.checkpointing.write-buffer-size
state.backend.incremental 20-103 execution.checkpointing.incremental
state.backend.latency-track.history-size 20-103 state.latency-track.history-size
state.backend.latency-track.keyed-state-enabled 20-103 state.latency-track.keyed-state-enabled
state.backend.latency-track.sample-interval 20-103 state.latency-track.sample-interval
state.backend.latency-track.state-name-as-variable 20-103 state.latency-track.state-name-as-variable
state.backend.local-recovery 20-103 execution.state-recovery.from-local +
state.backend.rocksdb.checkpointdir 5-20 state.backend.rocksdb.localdir
state.checkpoint-storage 20-103 execution.checkpointing.storage
state.checkpoint.cleaner.parallel-mode 20-103 execution.checkpointing.cleaner.parallel-mode
state.checkpoints.create-subdir 20-103 execution.checkpointing.create-subdir
state.checkpoints.dir 20-103 execution.checkpointing.dir
state.checkpoints.num-retained 20-103 execution.checkpointing.num-retained
state.savepoints.dir 20-103 execution.checkpointing.savepoint-dir
state.storage.fs.memory-threshold 20-103 execution.checkpointing.data-inline-threshold
state.storage.fs.write-buffer-size 20-103 execution.checkpointing.write-buffer-size
table.exec.async-scalar.buffer-capacity 102-103 table.exec.async-scalar.max-concurrent-operations
table.exec.deduplicate.insert-and-updateafter-sensitive.enabled 15-20 table.exec.deduplicate.insert-update-after-sensitive-enabled
table.exec.deduplicate.mini-batch.compact-changes.enabled 15-20 table.exec.deduplicate.mini-batch.compact-changes-enabled
table.exec.topn-cache-size 15-20 table.exec.rank.topn-cache-size
table.optimizer.sql-to-rel.project.merge.enabled 18-20 table.optimizer.sql2rel.project-merge.enabled
task.cancellation-interval 2-103 task.cancellation.interval
taskmanager.debug.memory.logIntervalMs 5-103 taskmanager.debug.memory.log-interval
taskmanager.debug.memory.startLogThread 5-103 taskmanager.debug.memory.log
taskmanager.initial-registration-pause 5-20 taskmanager.registration.initial-backoff
taskmanager.max-registration-pause 5-20 taskmanager.registration.max-backoff
taskmanager.maxRegistrationDuration 5-103 taskmanager.registration.timeout
taskmanager.memory.size 10-103 taskmanager.memory.managed.size
taskmanager.net.client.connectTimeoutSec 3-103 taskmanager.network.netty.client.connectTimeoutSec
taskmanager.net.client.numThreads 3-20 taskmanager.network.netty.client.numThreads
taskmanager.net.num-arenas 3-20 taskmanager.network.netty.num-arenas
taskmanager.net.request-backoff.initial 3-103 taskmanager.network.request-backoff.initial
taskmanager.net.request-backoff.max 3-103 taskmanager.network.request-backoff.max
taskmanager.net.sendReceiveBufferSize 3-20 taskmanager.network.netty.sendReceiveBufferSize
taskmanager.net.server.backlog 3-20 taskmanager.network.netty.server.backlog
taskmanager.net.server.numThreads 3-20 taskmanager.network.netty.server.numThreads
taskmanager.net.transport 3-20 taskmanager.network.netty.transport
taskmanager.network.blocking-shuffle.compression.enabled 16-20 taskmanager.network.batch-shuffle.compression.enabled
taskmanager.network.credit-based-flow-control.enabled 5-9 taskmanager.network.credit-model
taskmanager.network.hybrid-shuffle.spill-index-segment-size 18-20 taskmanager.network.hybrid-shuffle.spill-index-region-group-size
taskmanager.network.memory.exclusive-buffers-request-timeout-ms 20-103 taskmanager.network.memory.buffers-request-timeout
taskmanager.network.memory.fraction 10-103 taskmanager.memory.network.fraction
taskmanager.network.memory.max 10-103 taskmanager.memory.network.max
taskmanager.network.memory.min 10-103 taskmanager.memory.network.min
taskmanager.refused-registration-pause 5-20 taskmanager.registration.refused-backoff
taskmanager.runtime.fs_timeout 19-103 taskmanager.runtime.fs-timeout
taskmanager.state.local.root-dirs 20-103 execution.checkpointing.local-backup.dirs
taskmanager.tmp.dirs 5-103 io.tmp.dirs
timerservice.exceptional.shutdown.timeout 5-103 task.cancellation.timers.timeout
web.address 10-103 rest.bind-address
web.port 5-7 rest.port
web.port 8-103 rest.port +
yarn.heap-cutoff-min 4-10 containerized.heap-cutoff-min
yarn.heap-cutoff-ratio 4-10 containerized.heap-cutoff-ratio
yarn.heartbeat-delay 9-103 yarn.heartbeat.interval
yarn.per-job-cluster.include-user-jar 15-103 yarn.classpath.include-user-jar
yarn.security.kerberos.additionalFileSystems 16-103 security.kerberos.access.hadoopFileSystems
yarn.ship-directories 12-103 yarn.ship-files
"""

READ = """\
compiler.merge-iteration-aux 2-20
delimited-format.delimiter 2-103
delimited-format.numSamples 2-103
execution-retries.default 4
execution-retries.delay 4
flink.jobgraph.path 4-6
flink.output.file 2-20
fs.hdfs.hadoopconf 5-20
fs.hdfs.hdfsdefault 5-20
fs.hdfs.hdfssite 5-20
initialClientHeartbeatTimeout 17-20
input.block_size 2-20
input.file.path 2-103
jobmanager.web.refresh-interval 3
local.number-taskmanager 14-18
output.block_size 2-20
parallelism.default 2
python.archives 10
python.exec 10
python.files 10
python.requirements-cache 10
python.requirements-file 10
recursive.file.enumeration 2-20
security.kerberos.token.provider.hadoopfs.renewer 16-103
state.backend.fs.checkpointdir 2-4
state.backend.fs.memory-threshold 2-4
state.backend.rocksdb.checkpointdir 4
table.exec.timezone 11-13
taskmanager.hostname 5
taskmanager.log.path 14-18
taskmanager.net.client.connectTimeoutSec 2
taskmanager.net.client.numThreads 2
taskmanager.net.num-arenas 2
taskmanager.net.sendReceiveBufferSize 2
taskmanager.net.server.backlog 2
taskmanager.net.server.numThreads 2
taskmanager.net.transport 2
taskmanager.runtime.fs_timeout 14-18
taskmanager.runtime.max-fan 2-4
taskmanager.runtime.sort-spilling-threshold 2-4
yarn.container-start-command-template 14-18
"""

FAMILIES = """\
azure. 4-103
containerized.master.env. 4-103
containerized.taskmanager.env. 2-103
events.reporter.<>. 101-103
external-resource.<>.param. 11-103
flink.hadoop. 13-103
flink.yarn. 13-103
fs.azure. 4-103
fs.gs. 4-103
fs.oss. 4-103
fs.s3a. 4-103
gs. 4-103
metrics.reporter.<>. 17-103
presto.s3. 4-103
s3. 4-103
s3a. 4-103
security.delegation.token.provider.<>. 17-103
security.kerberos.token.provider.<>. 16
swift. 4-103
traces.reporter.<>. 19-103
yarn.application-master.env. 4-20
yarn.taskmanager.env. 4-20
"""

MENTIONED = """\
azure. 2-3
ch.qos.logback 15-103
dfs.replication 11-103
flink.jobgraph.path 2-3
flink.tests.check-segment-multiple-free 13-103
flink.tests.disable-declarative 13
flink.tests.enable-adaptive-scheduler 13-103
flink.tests.enable-declarative 12
flink.tests.enable-fine-grained 13-17
forst.fileCache 100-103
fs.azure. 2-3
fs.default.name 2-103
fs.defaultFS 2-103
fs.gs. 2-3
fs.hdfs.impl 2-3
fs.hdfs.no-local-write 100-103
fs.oss. 2-3
fs.s3a. 2-3
google.cloud.auth.service.account.enable 103
google.cloud.auth.service.account.json.keyfile 103
gs. 2-3
hadoop.security.authentication 4
hadoop.security.authorization 4
hadoop.tmp.dir 7-10
hbase.security.authentication 4-103
jaas.config 17-103
job.autoscaler. 17-103
job.graph 4-103
jobmanager.job 16-103
jobmanager.web.refresh-interval 2
krb5.keytab 2-103
kubernetes.config-key 11-103
kubernetes.max.concurrent.requests 12-13
log.file 2-103
mapred.output.dir 2-4,7-8
mapred.task.id 2-4,7-8
mapred.task.partition 2-4,7-8
mapreduce.input.fileinputformat.split.minsize 2-4,7-8
mapreduce.output.basename 2-4,7-8
mapreduce.task.attempt.id 2-4,7-8
mapreduce.task.output.dir 2-4,7-8
mapreduce.task.partition 2-4,7-8
mvn.forkNumber 2
oss.upload.max.concurrent.uploads 14-102
oss.upload.min.part.size 14-102
pact.runtime.workset-empty-aggregator 2-103
partition.fields 20-103
pekko.actor.supervisor-dispatcher 18-103
pekko.remote.classic.netty.ssl.security 18-103
pekko.remote.classic.netty.tcp.maximum-frame-size 18-103
pekko.ssl.tcp 18-103
pekko.tcp 18-103
presto.s3. 2-3
pyflink.pyflink_callback_server 11-103
python.binary.path 2-6
python.binary.python2 2-6
python.binary.python3 2-6
python.exe 11-103
python.mmap.size.kb 2-6
python.mmap.tmp.dir 2-6
python.plan.tmp.dir 2-6
s3. 2-3
s3a. 2-3
security.delegation.token.provider 17-103
security.delegation.token.receiver 17-103
spec.nodeName 16-103
statefun. 10-16
status.podIP 10-103
swift. 2-3
table.exec.timezone 14
taskmanager.hostname 6
web.monitor.address 3-6
yarn.am.liveness-monitor.expiry-interval-ms 4-103
yarn.application.classpath 4-103
yarn.config-key 11-103
yarn.nodemanager.resource.cpu-vcores 4-6
yarn.resource-types.memory-mb.increment-allocation 11-103
yarn.resource-types.vcores.increment-allocation 11-103
yarn.resourcemanager.am.max-attempts 12-103
yarn.scheduler.increment-allocation-mb 11-103
yarn.scheduler.increment-allocation-vcores 11-103
yarn.scheduler.maximum-allocation-mb 11
yarn.scheduler.maximum-allocation-vcores 11
yarn.scheduler.minimum-allocation-mb 4-103
yarn.scheduler.minimum-allocation-vcores 11-103
zookeeper.sasl.client 3-103
zookeeper.sasl.client.username 2-103
zookeeper.sasl.clientconfig 2-103
"""

REPLACED = """\
akka.watch.heartbeat.interval 100- leave it out: it had no effect any more
akka.watch.heartbeat.pause 100- leave it out: it had no effect any more
akka.watch.threshold 100- leave it out: it had no effect any more
cluster.evenly-spread-out-slots 100- use taskmanager.load-balance.mode, SLOTS for true and NONE for false
containerized.heap-cutoff-min 11- use jobmanager.memory.jvm-overhead.min
containerized.heap-cutoff-ratio 11- use jobmanager.memory.jvm-overhead.fraction
execution-retries.default 5- use restart-strategy: fixed-delay and restart-strategy.fixed-delay.attempts
execution-retries.delay 5- use restart-strategy: fixed-delay and restart-strategy.fixed-delay.delay
execution.checkpointing.force 100- leave it out: what it was for, DataSet programs and iterations, is gone
fine-grained.shuffle-mode.all-blocking 100- leave it out: nothing has to replace it
fs.hdfs.hadoopconf 100- use env.hadoop.conf.dir
fs.hdfs.hdfsdefault 100- use env.hadoop.conf.dir
fs.hdfs.hdfssite 100- use env.hadoop.conf.dir
high-availability.job.delay 100- leave it out: it had no effect any more
high-availability.zookeeper.path.running-registry 100- leave it out: it had no effect any more
jobmanager.heap.mb 100- use jobmanager.memory.heap.size, or jobmanager.memory.process.size for the whole process
jobmanager.heap.size 100- use jobmanager.memory.heap.size, or jobmanager.memory.process.size for the whole process
jobmanager.web.backpressure.cleanup-interval 100- leave it out: it had no effect any more
jobmanager.web.backpressure.delay-between-samples 100- leave it out: it had no effect any more
jobmanager.web.backpressure.num-samples 100- leave it out: it had no effect any more
jobmanager.web.backpressure.refresh-interval 100- leave it out: it had no effect any more
jobmanager.web.checkpoints.disable 4- leave it out: the web front end always shows checkpoints
jobmanager.web.ssl.enabled 100- use security.ssl.rest.enabled
local.number-resourcemanager 100- leave it out: it had no effect any more
mesos. 14- leave it out: Flink has no Mesos any more
metrics.reporter.<>.class 17- use metrics.reporter.<>.factory.class, with the reporter's factory
pipeline.auto-type-registration 100- leave it out: what it was for, DataSet programs and iterations, is gone
pipeline.default-kryo-serializers 100- use pipeline.serialization-config
pipeline.registered-kryo-types 100- use pipeline.serialization-config
pipeline.registered-pojo-types 100- use pipeline.serialization-config
pipeline.time-characteristic 100- leave it out: a job says so in its WatermarkStrategy
query.server.enable 8- use queryable-state.enable
query.server.port 8- use queryable-state.server.ports
recovery.job.delay 100- leave it out: it had no effect any more
resourcemanager.taskmanager-release.wait.result.consumed 100- leave it out: nothing has to replace it
security.ssl.enabled 100- use security.ssl.internal.enabled and security.ssl.rest.enabled
sql-client.display.max-column-width 100- use table.display.max-column-width
state.backend.async 100- leave it out: every snapshot is asynchronous
table.exec.legacy-transformation-uids 100- use table.exec.uid.generation, DISABLED for true
table.exec.shuffle-mode 100- use execution.batch-shuffle-mode
taskmanager.exit-on-fatal-akka-error 100- leave it out: it had no effect any more
taskmanager.heap.mb 100- use taskmanager.memory.flink.size, or taskmanager.memory.process.size for the whole process
taskmanager.heap.size 100- use taskmanager.memory.flink.size, or taskmanager.memory.process.size for the whole process
taskmanager.initial-registration-pause 100- use cluster.registration.initial-timeout
taskmanager.max-registration-pause 100- use cluster.registration.max-timeout
taskmanager.memory.fraction 10- use taskmanager.memory.managed.fraction
taskmanager.memory.off-heap 10- leave it out: managed memory is off the heap and allocated when it is needed
taskmanager.memory.preallocate 10- leave it out: managed memory is off the heap and allocated when it is needed
taskmanager.net.client.numThreads 100- leave it out: Flink chooses it by itself
taskmanager.net.num-arenas 100- leave it out: Flink chooses it by itself
taskmanager.net.sendReceiveBufferSize 100- leave it out: Flink chooses it by itself
taskmanager.net.server.backlog 100- leave it out: Flink chooses it by itself
taskmanager.net.server.numThreads 100- leave it out: Flink chooses it by itself
taskmanager.net.transport 100- leave it out: Flink chooses it by itself
taskmanager.network.batch-shuffle.compression.enabled 100- use taskmanager.network.compression.codec, NONE for false
taskmanager.network.blocking-shuffle.compression.enabled 100- use taskmanager.network.compression.codec, NONE for false
taskmanager.network.blocking-shuffle.type 100- leave it out: blocking shuffles are always sorted
taskmanager.network.hybrid-shuffle.enable-new-mode 100- leave it out: the old mode of the hybrid shuffle, which it was for, is gone
taskmanager.network.hybrid-shuffle.num-retained-in-memory-regions-max 100- leave it out: the old mode of the hybrid shuffle, which it was for, is gone
taskmanager.network.hybrid-shuffle.spill-index-region-group-size 100- leave it out: the old mode of the hybrid shuffle, which it was for, is gone
taskmanager.network.hybrid-shuffle.spill-index-segment-size 100- leave it out: the old mode of the hybrid shuffle, which it was for, is gone
taskmanager.network.max-num-tcp-connections 100- leave it out: Flink chooses it by itself
taskmanager.network.memory.buffers-per-channel 100- leave it out: Flink chooses it by itself
taskmanager.network.memory.floating-buffers-per-gate 100- leave it out: Flink chooses it by itself
taskmanager.network.memory.max-buffers-per-channel 100- leave it out: Flink chooses it by itself
taskmanager.network.memory.max-overdraft-buffers-per-gate 100- leave it out: Flink chooses it by itself
taskmanager.network.netty.client.numThreads 100- leave it out: Flink chooses it by itself
taskmanager.network.netty.num-arenas 100- leave it out: Flink chooses it by itself
taskmanager.network.netty.sendReceiveBufferSize 100- leave it out: Flink chooses it by itself
taskmanager.network.netty.server.backlog 100- leave it out: Flink chooses it by itself
taskmanager.network.netty.server.numThreads 100- leave it out: Flink chooses it by itself
taskmanager.network.netty.transport 100- leave it out: Flink chooses it by itself
taskmanager.network.numberOfBuffers 100- use taskmanager.memory.network.fraction with its min and max
taskmanager.network.sort-shuffle.min-parallelism 100- leave it out: blocking shuffles are always sorted
taskmanager.refused-registration-pause 100- use cluster.registration.refused-registration-delay
taskmanager.registration.initial-backoff 100- use cluster.registration.initial-timeout
taskmanager.registration.max-backoff 100- use cluster.registration.max-timeout
taskmanager.registration.refused-backoff 100- use cluster.registration.refused-registration-delay
web.backpressure.cleanup-interval 100- leave it out: it had no effect any more
web.backpressure.delay-between-samples 100- leave it out: it had no effect any more
web.backpressure.num-samples 100- leave it out: it had no effect any more
web.backpressure.refresh-interval 100- leave it out: it had no effect any more
web.checkpoints.disable 2- leave it out: the web front end always shows checkpoints
web.ssl.enabled 100- use security.ssl.rest.enabled
yarn.heap-cutoff-min 11- use jobmanager.memory.jvm-overhead.min
yarn.heap-cutoff-ratio 11- use jobmanager.memory.jvm-overhead.fraction
"""
