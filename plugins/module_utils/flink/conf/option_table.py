# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flink's options 1.2 to 1.13; written by tools/option_catalogue.py, which is the place to change anything.

OPTIONS: key, minor versions that read it, type (FROM:TYPE,... where it changed), traits, default of the newest version.
RENAMED: deprecated key, minor versions, the key that replaces it; "+" when the old key also feeds another option.
READ: key, minor versions that read it without an option, so that nothing is known of its value.
FAMILIES: what keys begin with that these minor versions take whatever follows.
MENTIONED: key, or what it begins with, minor versions of which nobody can say whether they read it.
"""

from __future__ import annotations

OPTIONS = """\
$internal.application.main 11-13 string internal
$internal.application.program-args 11-13 string list;internal
$internal.deployment.config-dir 11-13 string internal
$internal.pipeline.job-id 11-13 string internal
$internal.yarn.log-config-file 10-13 string internal
$internal.yarn.resourcemanager.enable-vcore-matching 11-13 bool internal false
akka.ask.callstack 11-13 bool - true
akka.ask.timeout 2-13 duration - 10 s
akka.client-socket-worker-pool.pool-size-factor 5-13 double - 1.0
akka.client-socket-worker-pool.pool-size-max 5-13 int - 2
akka.client-socket-worker-pool.pool-size-min 5-13 int - 1
akka.client.timeout 2-13 duration - 60 s
akka.fork-join-executor.parallelism-factor 5-13 double - 2.0
akka.fork-join-executor.parallelism-max 5-13 int - 64
akka.fork-join-executor.parallelism-min 5-13 int - 8
akka.framesize 2-13 string - 10485760b
akka.jvm-exit-on-fatal-error 2-13 bool - true
akka.log.lifecycle.events 2-13 bool - false
akka.lookup.timeout 2-13 duration - 10 s
akka.retry-gate-closed-for 5-13 long unit=ms 50
akka.server-socket-worker-pool.pool-size-factor 5-13 double - 1.0
akka.server-socket-worker-pool.pool-size-max 5-13 int - 2
akka.server-socket-worker-pool.pool-size-min 5-13 int - 1
akka.ssl.enabled 2-13 bool - true
akka.startup-timeout 2-13 2:string,10:duration -
akka.tcp.timeout 2-13 2:string,10:duration - 20 s
akka.throughput 2-13 int - 15
akka.transport.heartbeat.interval 2-12 2:string,10:duration - 1000 s
akka.transport.heartbeat.pause 2-12 2:string,10:duration - 6000 s
akka.transport.threshold 2-12 double - 300.0
akka.watch.heartbeat.interval 2-13 2:string,10:duration - 10 s
akka.watch.heartbeat.pause 2-13 2:string,10:duration - 60 s
akka.watch.threshold 2-13 2:double,4:int - 12
blob.client.connect.timeout 8-13 int unit=ms 0
blob.client.socket.timeout 8-13 int unit=ms 300000
blob.fetch.backlog 2-13 int - 1000
blob.fetch.num-concurrent 2-13 int - 50
blob.fetch.retries 2-13 int - 5
blob.offload.minsize 4-13 int unit=b 1048576
blob.server.port 2-13 ports - 0
blob.service.cleanup.interval 4-13 long unit=s 3600
blob.service.ssl.enabled 2-13 bool - true
blob.storage.directory 2-13 string -
classloader.check-leaked-classloader 12-13 bool - true
classloader.fail-on-metaspace-oom-error 10-13 bool - true
classloader.parent-first-patterns 4 string -
classloader.parent-first-patterns.additional 5-13 string -
classloader.parent-first-patterns.default 5-13 string -
classloader.resolve-order 4-13 string one=child-first,parent-first child-first
client.retry-period 11-13 duration - 2 s
client.timeout 11-13 duration - 1 min
cluster.declarative-resource-management.enabled 12-13 bool - true
cluster.evenly-spread-out-slots 9-13 bool - false
cluster.fine-grained-resource-management.enabled 13 bool - false
cluster.intercept-user-system-exit 13 enum one=DISABLED,LOG,THROW DISABLED
cluster.io-pool.size 10-13 int -
cluster.processes.halt-on-fatal-error 10-13 bool - false
cluster.registration.error-delay 8-13 long unit=ms 10000
cluster.registration.initial-timeout 8-13 long unit=ms 100
cluster.registration.max-timeout 8-13 long unit=ms 30000
cluster.registration.refused-registration-delay 8-13 long unit=ms 30000
cluster.services.shutdown-timeout 8-13 long unit=ms 30000
compiler.delimited-informat.max-line-samples 2-13 int - 10
compiler.delimited-informat.max-sample-len 2-13 int - 2097152
compiler.delimited-informat.min-line-samples 2-13 int - 2
containerized.heap-cutoff-min 2-10 int unit=m 600
containerized.heap-cutoff-ratio 2-10 float - 0.25
env.hadoop.conf.dir 6-13 string -
env.hbase.conf.dir 12-13 string -
env.java.home 2-13 string -
env.java.opts 2-13 string -
env.java.opts.client 10-13 string -
env.java.opts.historyserver 7-13 string -
env.java.opts.jobmanager 2-13 string -
env.java.opts.taskmanager 2-13 string -
env.log.dir 2-13 string -
env.log.max 2-13 int - 5
env.pid.dir 2-13 string - /tmp
env.ssh.opts 2-13 string -
env.yarn.conf.dir 6-13 string -
execution-retries.default 2-3 int - 0
execution-retries.delay 2-3 string -
execution.attached 10-13 bool - false
execution.batch-state-backend.enabled 12-13 bool - true
execution.buffer-timeout 10-13 duration - 100 ms
execution.checkpointing.alignment-timeout 12-13 duration - 0 ms
execution.checkpointing.externalized-checkpoint-retention 10-13 enum one=DELETE_ON_CANCELLATION,RETAIN_ON_CANCELLATION,NO_EXTERNALIZED_CHECKPOINTS@13
execution.checkpointing.interval 10-13 duration -
execution.checkpointing.max-concurrent-checkpoints 10-13 int - 1
execution.checkpointing.min-pause 10-13 duration - 0 ms
execution.checkpointing.mode 10-13 enum one=EXACTLY_ONCE,AT_LEAST_ONCE EXACTLY_ONCE
execution.checkpointing.prefer-checkpoint-for-recovery 10-13 bool - false
execution.checkpointing.snapshot-compression 10-13 bool - false
execution.checkpointing.timeout 10-13 duration - 10 min
execution.checkpointing.tolerable-failed-checkpoints 10-13 int -
execution.checkpointing.unaligned 11-13 bool - false
execution.checkpointing.unaligned.forced 12-13 bool - false
execution.job-listeners 11-13 string list
execution.runtime-mode 12-13 enum one=STREAMING,BATCH,AUTOMATIC STREAMING
execution.savepoint.ignore-unclaimed-state 10-13 bool - false
execution.savepoint.path 10-13 string -
execution.shutdown-on-attached-exit 10-13 bool - false
execution.sorted-inputs.enabled 12-13 bool - true
execution.target 10-13 string -
external-resource.<resource_name>.amount 11-13 long -
external-resource.<resource_name>.driver-factory.class 11-13 string -
external-resource.<resource_name>.kubernetes.config-key 11-13 string -
external-resource.<resource_name>.param.<param> 11-13 string -
external-resource.<resource_name>.yarn.config-key 11-13 string -
external-resources 11-13 string list
flink.base.dir.path 2-3 string -
flink.hadoop.<key> 13 string -
flink.yarn.<key> 13 string -
fs.allowed-fallback-filesystems 11-13 string -
fs.default-scheme 2-13 string -
fs.hdfs.hadoopconf 2-4 string -
fs.hdfs.hdfsdefault 2-4 string -
fs.hdfs.hdfssite 2-4 string -
fs.output.always-create-directory 2-13 bool - false
fs.overwrite-files 2-13 bool - false
heartbeat.interval 3-13 long unit=ms 10000
heartbeat.timeout 3-13 long unit=ms 50000
high-availability 2-13 string one=NONE,ZOOKEEPER,standalone;class=7-13 NONE
high-availability.cluster-id 2-13 cluster - /default
high-availability.job.delay 2-13 string -
high-availability.jobmanager.port 2-13 ports - 0
high-availability.kubernetes.leader-election.lease-duration 12-13 duration - 15 s
high-availability.kubernetes.leader-election.renew-deadline 12-13 duration - 15 s
high-availability.kubernetes.leader-election.retry-period 12-13 duration - 5 s
high-availability.storageDir 2-13 storage -
high-availability.zookeeper.client.acl 2-13 string one=open,creator open
high-availability.zookeeper.client.connection-timeout 2-13 int unit=ms 15000
high-availability.zookeeper.client.max-retry-attempts 2-13 int - 3
high-availability.zookeeper.client.retry-wait 2-13 int unit=ms 5000
high-availability.zookeeper.client.session-timeout 2-13 int unit=ms 60000
high-availability.zookeeper.path.checkpoint-counter 2-13 znode - /checkpoint-counter
high-availability.zookeeper.path.checkpoints 2-13 znode - /checkpoints
high-availability.zookeeper.path.jobgraphs 2-13 znode - /jobgraphs
high-availability.zookeeper.path.latch 2-13 znode - /leaderlatch
high-availability.zookeeper.path.leader 2-13 znode - /leader
high-availability.zookeeper.path.mesos-workers 3-13 znode - /mesos-workers
high-availability.zookeeper.path.namespace 4 string -
high-availability.zookeeper.path.root 2-13 znode - /flink
high-availability.zookeeper.path.running-registry 3-13 znode - /running_job_registry/
high-availability.zookeeper.quorum 2-13 quorum -
historyserver.archive.clean-expired-jobs 10-13 bool - false
historyserver.archive.fs.dir 3-13 string -
historyserver.archive.fs.refresh-interval 3-13 long unit=ms 10000
historyserver.archive.retained-jobs 12-13 int - -1
historyserver.web.address 3-13 string -
historyserver.web.port 3-13 port - 8082
historyserver.web.refresh-interval 3-13 long unit=ms 10000
historyserver.web.ssl.enabled 3-13 bool - false
historyserver.web.tmpdir 3-13 string -
internal.cluster.execution-mode 5-13 string internal NORMAL
internal.io.tmpdirs.use-local-default 5-13 bool internal false
internal.jobgraph-path 7-13 string internal job.graph
internal.taskmanager.resource-id.metadata 12-13 string internal
io.tmp.dirs 5-13 string -
jmx.server.port 12-13 ports -
job-manager.max-attempts-history-size 2 int - 16
jobmanager.adaptive-scheduler.min-parallelism-increase 13 int - 1
jobmanager.adaptive-scheduler.resource-stabilization-timeout 13 duration - 10 s
jobmanager.adaptive-scheduler.resource-wait-timeout 13 duration - 5 min
jobmanager.archive.fs.dir 3-13 string -
jobmanager.bind-host 11-13 string -
jobmanager.execution.attempts-history-size 3-13 int - 16
jobmanager.execution.failover-strategy 3-13 string one=full,region,individual@3-8 region
jobmanager.heap.mb 2-13 int unit=m
jobmanager.heap.size 6-13 memorysize -
jobmanager.memory.enable-jvm-direct-memory-limit 11-13 bool - false
jobmanager.memory.flink.size 11-13 memorysize -
jobmanager.memory.heap.size 11-13 memorysize -
jobmanager.memory.jvm-metaspace.size 11-13 memorysize - 256 mb
jobmanager.memory.jvm-overhead.fraction 11-13 float - 0.1
jobmanager.memory.jvm-overhead.max 11-13 memorysize - 1 gb
jobmanager.memory.jvm-overhead.min 11-13 memorysize - 192 mb
jobmanager.memory.off-heap.size 11-13 memorysize - 128 mb
jobmanager.memory.process.size 11-13 memorysize -
jobmanager.partition.release-during-job-execution 9-13 bool - true
jobmanager.resourcemanager.reconnect-interval 3-8 long unit=ms 2000
jobmanager.retrieve-taskmanager-hostname 11-13 bool - true
jobmanager.rpc.address 2-13 string -
jobmanager.rpc.bind-port 11-13 port -
jobmanager.rpc.port 2-13 port - 6123
jobmanager.scheduler 9-13 9:string,13:enum one=Ng,Adaptive Ng
jobmanager.scheduler.scheduling-strategy 12 string - region
jobmanager.web.access-control-allow-origin 3 string - *
jobmanager.web.address 2-13 string -
jobmanager.web.backpressure.cleanup-interval 2-3 int unit=ms 600000
jobmanager.web.backpressure.delay-between-samples 2-3 int unit=ms 50
jobmanager.web.backpressure.num-samples 2-3 int - 100
jobmanager.web.backpressure.refresh-interval 2-3 int unit=ms 60000
jobmanager.web.checkpoints.disable 2-3 bool - false
jobmanager.web.checkpoints.history 2-3 int - 10
jobmanager.web.history 2-3 int - 5
jobmanager.web.log.path 2-3 string -
jobmanager.web.port 2-3 port - 8081
jobmanager.web.ssl.enabled 2-3 bool - true
jobmanager.web.submit.enable 2-3 bool - true
jobmanager.web.tmpdir 2-3 string -
jobmanager.web.upload.dir 2-3 string -
jobstore.cache-size 5-13 long unit=b 52428800
jobstore.expiration-time 5-13 long unit=s 3600
jobstore.max-capacity 10-13 int - 2147483647
kubernetes.client.io-pool.size 12-13 int - 4
kubernetes.cluster-id 10-13 string -
kubernetes.config.file 10-13 string -
kubernetes.container-start-command-template 10-12 string - %java% %classpath% %jvmmem% %jvmopts% %logging% %class% %args%
kubernetes.container.image 10-13 string -
kubernetes.container.image.pull-policy 10-13 10:string,11:enum one=IfNotPresent,Always,Never IfNotPresent
kubernetes.container.image.pull-secrets 11-13 string list
kubernetes.context 11-13 string -
kubernetes.entry.path 10-13 string - /docker-entrypoint.sh
kubernetes.env.secretKeyRef 12-13 map list
kubernetes.flink.conf.dir 10-13 string - /opt/flink/conf
kubernetes.flink.log.dir 10-13 string -
kubernetes.hadoop.conf.config-map.name 11-13 string -
kubernetes.internal.jobmanager.entrypoint.class 10-13 string -
kubernetes.internal.service.id 10 string -
kubernetes.jobmanager.annotations 11-13 map -
kubernetes.jobmanager.cpu 10-13 double - 1.0
kubernetes.jobmanager.labels 11-13 map -
kubernetes.jobmanager.node-selector 11-13 map -
kubernetes.jobmanager.owner.reference 12-13 map list
kubernetes.jobmanager.service-account 10-13 string - default
kubernetes.jobmanager.tolerations 11-13 map list
kubernetes.namespace 10-13 string - default
kubernetes.pod-template-file 13 string -
kubernetes.pod-template-file.jobmanager 13 string -
kubernetes.pod-template-file.taskmanager 13 string -
kubernetes.rest-service.annotations 11-13 map -
kubernetes.rest-service.exposed.type 10-13 10:string,11:enum one=ClusterIP,NodePort,LoadBalancer LoadBalancer
kubernetes.secrets 12-13 map -
kubernetes.service-account 12-13 string - default
kubernetes.service.create-timeout 10 string - 1 min
kubernetes.taskmanager.annotations 11-13 map -
kubernetes.taskmanager.cpu 10-13 double - -1.0
kubernetes.taskmanager.labels 11-13 map -
kubernetes.taskmanager.node-selector 11-13 map -
kubernetes.taskmanager.service-account 12-13 string - default
kubernetes.taskmanager.tolerations 11-13 map list
kubernetes.transactional-operation.max-retries 12-13 int - 5
library-cache-manager.cleanup.interval 2-3 long unit=s 3600
local.number-jobmanager 2-13 int - 1
local.number-resourcemanager 2-13 int - 1
local.number-taskmanager 2-13 int - 1
local.start-webserver 2-9 string -
mesos.constraints.hard.hostattribute 3-13 string -
mesos.failover-timeout 2-13 int unit=s 604800
mesos.initial-tasks 2-7 int - 0
mesos.master 2-13 string -
mesos.maximum-failed-tasks 2-7 int - -1
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
metrics.fetcher.update-interval 8-13 long unit=ms 10000
metrics.internal.query-service.port 7-13 ports - 0
metrics.internal.query-service.thread-priority 7-13 int - 1
metrics.latency.granularity 5-13 string - operator
metrics.latency.history-size 2-13 int - 128
metrics.latency.interval 5-13 long unit=ms 0
metrics.reporter.<name>.<parameter> 5-13 string -
metrics.reporter.<name>.class 5-13 string -
metrics.reporter.<name>.interval 5-13 5:interval,12:duration - 10 s
metrics.reporters 2-13 string -
metrics.scope.delimiter 2-13 string - .
metrics.scope.jm 2-13 string - <host>.jobmanager
metrics.scope.jm.job 2-13 string - <host>.jobmanager.<job_name>
metrics.scope.operator 2-13 string - <host>.taskmanager.<tm_id>.<job_name>.<operator_name>.<subtask_index>
metrics.scope.task 2-13 string - <host>.taskmanager.<tm_id>.<job_name>.<task_name>.<subtask_index>
metrics.scope.tm 2-13 string - <host>.taskmanager.<tm_id>
metrics.scope.tm.job 2-13 string - <host>.taskmanager.<tm_id>.<job_name>
metrics.system-resource 7-13 bool - false
metrics.system-resource-probing-interval 7-13 long unit=ms 5000
mode 5-6 string one=new,legacy new
parallelism.default 3-13 int - 1
pipeline.auto-generate-uids 10-13 bool - true
pipeline.auto-type-registration 10-13 bool - true
pipeline.auto-watermark-interval 10-13 duration - 0 ms
pipeline.cached-files 10-13 string list
pipeline.classpaths 10-13 string list
pipeline.closure-cleaner-level 10-13 enum one=NONE,TOP_LEVEL,RECURSIVE RECURSIVE
pipeline.default-kryo-serializers 10-13 string list
pipeline.force-avro 10-13 bool - false
pipeline.force-kryo 10-13 bool - false
pipeline.generic-types 10-13 bool - true
pipeline.global-job-parameters 10-13 map -
pipeline.jars 10-13 string list
pipeline.max-parallelism 10-13 int - -1
pipeline.name 11-13 string -
pipeline.object-reuse 10-13 bool - false
pipeline.operator-chaining 10-13 bool - true
pipeline.registered-kryo-types 10-13 string list
pipeline.registered-pojo-types 10-13 string list
pipeline.time-characteristic 10-13 enum one=ProcessingTime,IngestionTime,EventTime ProcessingTime
plugin.classloader.parent-first-patterns.additional 10-13 string -
plugin.classloader.parent-first-patterns.default 10-13 string -
python.archives 11-13 string -
python.binary.path 7-8 string - python
python.client.executable 11-13 string - python
python.dc.tmp.dir 3-8 string -
python.executable 11-13 string - python
python.files 11-13 string -
python.fn-execution.arrow.batch.size 11-13 int - 10000
python.fn-execution.buffer.memory.size 10-11 string - 15mb
python.fn-execution.bundle.size 10-13 int - 100000
python.fn-execution.bundle.time 10-13 long unit=ms 1000
python.fn-execution.framework.memory.size 10-11 string - 64mb
python.fn-execution.memory.managed 11-13 bool - true
python.internal.archives-key-map 11-13 map -
python.internal.files-key-map 11-13 map -
python.internal.requirements-file-key 11-13 map -
python.map-state.iterate-response-batch-size 12-13 int - 1000
python.map-state.read-cache-size 12-13 int - 1000
python.map-state.write-cache-size 12-13 int - 1000
python.metric.enabled 11-13 bool - true
python.mmap.size.kb 7-8 long - 4
python.mmap.tmp.dir 7-8 string -
python.plan.tmp.dir 7-8 string -
python.requirements 11-13 string -
python.state.cache-size 12-13 int - 1000
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
queryable-state.client.network-threads 8-13 int - 0
queryable-state.enable 8-13 bool - false
queryable-state.proxy.network-threads 8-13 int - 0
queryable-state.proxy.ports 8-13 ports - 9069
queryable-state.proxy.query-threads 8-13 int - 0
queryable-state.server.network-threads 8-13 int - 0
queryable-state.server.ports 8-13 ports - 9067
queryable-state.server.query-threads 8-13 int - 0
recovery.zookeeper.path.mesos-workers 2 znode - /mesos-workers
resourcemanager.job.timeout 3-13 duration - 5 minutes
resourcemanager.rpc.port 2-13 port - 0
resourcemanager.standalone.start-up-time 9-13 long unit=ms -1
resourcemanager.start-worker.max-failure-rate 13 double - 10.0
resourcemanager.start-worker.retry-interval 13 duration - 3 s
resourcemanager.taskmanager-registration.timeout 13 duration - 5 min
resourcemanager.taskmanager-release.wait.result.consumed 8-13 bool - true
resourcemanager.taskmanager-timeout 6-13 long unit=ms 30000
rest.address 4-13 string -
rest.await-leader-timeout 5-13 long unit=ms 30000
rest.bind-address 5-13 string -
rest.bind-port 8-13 ports - 8081
rest.client.max-content-length 5-13 int unit=b 104857600
rest.connection-timeout 5-13 long unit=ms 15000
rest.flamegraph.cleanup-interval 13 duration - 10 min
rest.flamegraph.delay-between-samples 13 duration - 50 ms
rest.flamegraph.enabled 13 bool - false
rest.flamegraph.num-samples 13 int - 100
rest.flamegraph.refresh-interval 13 duration - 1 min
rest.flamegraph.stack-depth 13 int - 100
rest.idleness-timeout 5-13 long unit=ms 300000
rest.port 4-13 port - 8081
rest.retry.delay 5-13 long unit=ms 3000
rest.retry.max-attempts 5-13 int - 20
rest.server.max-content-length 5-13 int unit=b 104857600
rest.server.numThreads 5-13 int - 4
rest.server.thread-priority 5-13 int - 5
restart-backoff-time-strategy.failure-rate.backoff-time 9 long unit=ms 0
restart-backoff-time-strategy.failure-rate.failure-rate-interval 9 long unit=ms 60000
restart-backoff-time-strategy.failure-rate.max-failures-per-interval 9 int - 1
restart-backoff-time-strategy.fixed-delay.attempts 9 int - 2147483647
restart-backoff-time-strategy.fixed-delay.backoff-time 9 long unit=ms 0
restart-strategy 2-13 string one=none,off,disable,fixeddelay,fixed-delay,failurerate,failure-rate,exponentialdelay@13,exponential-delay@13;class=2-13
restart-strategy.exponential-delay.backoff-multiplier 13 double - 2.0
restart-strategy.exponential-delay.initial-backoff 13 duration - 1 s
restart-strategy.exponential-delay.jitter-factor 13 double - 0.1
restart-strategy.exponential-delay.max-backoff 13 duration - 5 min
restart-strategy.exponential-delay.reset-backoff-threshold 13 duration - 1 h
restart-strategy.failure-rate.delay 2-13 duration - 1 s
restart-strategy.failure-rate.failure-rate-interval 2-13 duration - 1 min
restart-strategy.failure-rate.max-failures-per-interval 2-13 int - 1
restart-strategy.fixed-delay.attempts 2-13 int - 1
restart-strategy.fixed-delay.delay 2-13 duration - 1 s
savepoints.state.backend.fs.dir 2-3 string -
scheduler-mode 13 enum one=REACTIVE
security.context.factory.classes 11-13 string list
security.kerberos.krb5-conf.path 12-13 string -
security.kerberos.login.contexts 2-13 string -
security.kerberos.login.keytab 2-13 string -
security.kerberos.login.principal 2-13 string -
security.kerberos.login.use-ticket-cache 2-13 bool - true
security.module.factory.classes 11-13 string list
security.ssl.algorithms 2-13 string - TLS_RSA_WITH_AES_128_CBC_SHA
security.ssl.close-notify-flush-timeout 5 int unit=ms -1
security.ssl.enabled 2-13 bool - false
security.ssl.handshake-timeout 5 int unit=ms -1
security.ssl.internal.cert.fingerprint 10-13 string -
security.ssl.internal.close-notify-flush-timeout 6-13 int unit=ms -1
security.ssl.internal.enabled 6-13 bool - false
security.ssl.internal.handshake-timeout 6-13 int unit=ms -1
security.ssl.internal.key-password 6-13 string -
security.ssl.internal.keystore 6-13 string -
security.ssl.internal.keystore-password 6-13 string -
security.ssl.internal.session-cache-size 6-13 int - -1
security.ssl.internal.session-timeout 6-13 int unit=ms -1
security.ssl.internal.truststore 6-13 string -
security.ssl.internal.truststore-password 6-13 string -
security.ssl.key-password 2-13 string -
security.ssl.keystore 2-13 string -
security.ssl.keystore-password 2-13 string -
security.ssl.protocol 2-13 string - TLSv1.2
security.ssl.provider 9-13 string - JDK
security.ssl.rest.authentication-enabled 6-13 bool - false
security.ssl.rest.cert.fingerprint 10-13 string -
security.ssl.rest.enabled 6-13 bool - false
security.ssl.rest.key-password 6-13 string -
security.ssl.rest.keystore 6-13 string -
security.ssl.rest.keystore-password 6-13 string -
security.ssl.rest.truststore 6-13 string -
security.ssl.rest.truststore-password 6-13 string -
security.ssl.session-cache-size 5 int - -1
security.ssl.session-timeout 5 int unit=ms -1
security.ssl.truststore 2-13 string -
security.ssl.truststore-password 2-13 string -
security.ssl.verify-hostname 2-13 bool - true
shuffle-service-factory.class 9-13 string - org.apache.flink.runtime.io.network.NettyShuffleServiceFactory
slot.idle.timeout 5-13 long unit=ms 50000
slot.request.timeout 5-13 long unit=ms 300000
slotmanager.max-total-resource.cpu 13 double -
slotmanager.max-total-resource.memory 13 memorysize -
slotmanager.number-of-slots.max 11-13 int - 2147483647
slotmanager.redundant-taskmanager-num 12-13 int - 0
slotmanager.request-timeout 5-13 long unit=ms -1
slotmanager.taskmanager-timeout 5-13 long unit=ms 30000
source.file.records.fetch-size 12-13 int - 128
source.file.stream.io-fetch-size 12-13 memorysize - 1 mb
source.reader.close.timeout 11-13 long unit=ms 30000
source.reader.element.queue.capacity 11-13 int - 2
sql-client.execution.max-table-result.rows 13 int - 1000000
sql-client.execution.result-mode 13 enum one=TABLE,CHANGELOG,TABLEAU TABLE
sql-client.verbose 13 bool - false
state.backend 2-13 string one=jobmanager,filesystem,rocksdb,hashmap@13;class=2-13
state.backend.async 5-13 bool - true
state.backend.changelog.enabled 13 bool - false
state.backend.fs.memory-threshold 5-12 5:int,11:memorysize unit=b 20 kb
state.backend.fs.write-buffer-size 9-12 int unit=b 4096
state.backend.incremental 5-13 bool - false
state.backend.latency-track.history-size 13 int - 128
state.backend.latency-track.keyed-state-enabled 13 bool - false
state.backend.latency-track.sample-interval 13 int - 100
state.backend.latency-track.state-name-as-variable 13 bool - false
state.backend.local-recovery 5-13 bool - false
state.backend.rocksdb.block.blocksize 8-13 memorysize -
state.backend.rocksdb.block.cache-size 8-13 memorysize -
state.backend.rocksdb.block.metadata-blocksize 13 memorysize -
state.backend.rocksdb.checkpoint.transfer.thread.num 8-13 int - 4
state.backend.rocksdb.checkpointdir 2-3 string -
state.backend.rocksdb.compaction.level.max-size-level-base 8-13 8:string,10:memorysize -
state.backend.rocksdb.compaction.level.target-file-size-base 8-13 8:string,10:memorysize -
state.backend.rocksdb.compaction.level.use-dynamic-size 8-13 8:string,10:bool -
state.backend.rocksdb.compaction.style 8-13 8:string,10:enum one=LEVEL,UNIVERSAL,FIFO
state.backend.rocksdb.files.open 8-13 8:string,10:int -
state.backend.rocksdb.localdir 5-13 string -
state.backend.rocksdb.log.level 13 enum one=DEBUG_LEVEL,INFO_LEVEL,WARN_LEVEL,ERROR_LEVEL,FATAL_LEVEL,HEADER_LEVEL,NUM_INFO_LOG_LEVELS
state.backend.rocksdb.memory.fixed-per-slot 10-13 memorysize -
state.backend.rocksdb.memory.high-prio-pool-ratio 10-13 double - 0.1
state.backend.rocksdb.memory.managed 10-13 bool - true
state.backend.rocksdb.memory.partitioned-index-filters 13 bool - false
state.backend.rocksdb.memory.write-buffer-ratio 10-13 double - 0.5
state.backend.rocksdb.metrics.actual-delayed-write-rate 7-13 bool - false
state.backend.rocksdb.metrics.background-errors 7-13 bool - false
state.backend.rocksdb.metrics.block-cache-capacity 10-13 bool - false
state.backend.rocksdb.metrics.block-cache-pinned-usage 10-13 bool - false
state.backend.rocksdb.metrics.block-cache-usage 10-13 bool - false
state.backend.rocksdb.metrics.column-family-as-variable 10-13 bool - false
state.backend.rocksdb.metrics.compaction-pending 7-13 bool - false
state.backend.rocksdb.metrics.cur-size-active-mem-table 7-13 bool - false
state.backend.rocksdb.metrics.cur-size-all-mem-tables 7-13 bool - false
state.backend.rocksdb.metrics.estimate-live-data-size 7-13 bool - false
state.backend.rocksdb.metrics.estimate-num-keys 7-13 bool - false
state.backend.rocksdb.metrics.estimate-pending-compaction-bytes 7-13 bool - false
state.backend.rocksdb.metrics.estimate-table-readers-mem 7-13 bool - false
state.backend.rocksdb.metrics.is-write-stopped 10-13 bool - false
state.backend.rocksdb.metrics.mem-table-flush-pending 7-13 bool - false
state.backend.rocksdb.metrics.num-deletes-active-mem-table 7-13 bool - false
state.backend.rocksdb.metrics.num-deletes-imm-mem-tables 7-13 bool - false
state.backend.rocksdb.metrics.num-entries-active-mem-table 7-13 bool - false
state.backend.rocksdb.metrics.num-entries-imm-mem-tables 7-13 bool - false
state.backend.rocksdb.metrics.num-immutable-mem-table 7-13 bool - false
state.backend.rocksdb.metrics.num-live-versions 7-13 bool - false
state.backend.rocksdb.metrics.num-running-compactions 7-13 bool - false
state.backend.rocksdb.metrics.num-running-flushes 7-13 bool - false
state.backend.rocksdb.metrics.num-snapshots 7-13 bool - false
state.backend.rocksdb.metrics.size-all-mem-tables 7-13 bool - false
state.backend.rocksdb.metrics.total-sst-files-size 7-13 bool - false
state.backend.rocksdb.options-factory 8-13 string - org.apache.flink.contrib.streaming.state.DefaultConfigurableOptionsFactory
state.backend.rocksdb.predefined-options 8-13 string - DEFAULT
state.backend.rocksdb.thread.num 8-13 8:string,10:int -
state.backend.rocksdb.timer-service.factory 6-13 6:string,11:enum one=HEAP,ROCKSDB ROCKSDB
state.backend.rocksdb.ttl.compaction.filter.enabled 8-10 bool - true
state.backend.rocksdb.write-batch-size 10-13 memorysize - 2 mb
state.backend.rocksdb.writebuffer.count 8-13 8:string,10:int -
state.backend.rocksdb.writebuffer.number-to-merge 8-13 8:string,10:int -
state.backend.rocksdb.writebuffer.size 8-13 memorysize -
state.checkpoint-storage 13 string -
state.checkpoints.dir 2-13 2:string,5:uri -
state.checkpoints.num-retained 3-13 int - 1
state.savepoints.dir 2-13 2:string,5:uri -
state.storage.fs.memory-threshold 13 memorysize - 20 kb
state.storage.fs.write-buffer-size 13 int unit=b 4096
table.dml-sync 13 bool - false
table.dynamic-table-options.enabled 11-13 bool - false
table.exec.async-lookup.buffer-capacity 9-13 int - 100
table.exec.async-lookup.timeout 9-13 9:string,12:duration - 3 min
table.exec.disabled-operators 9-13 string -
table.exec.emit.early-fire.delay 9-13 9:string,12:duration -
table.exec.emit.early-fire.enabled 9-13 bool - false
table.exec.emit.late-fire.delay 9-13 9:string,12:duration -
table.exec.emit.late-fire.enabled 9-13 bool - false
table.exec.insert-and-updateafter-sensitive 11-13 bool - true
table.exec.mini-batch.allow-latency 9-13 9:string,12:duration - 0 ms
table.exec.mini-batch.enabled 9-13 bool - false
table.exec.mini-batch.size 9-13 long - -1
table.exec.non-temporal-sort.enabled 9-13 bool - false
table.exec.range-sort.enabled 9-13 bool - false
table.exec.resource.default-parallelism 9-13 int - -1
table.exec.resource.external-buffer-memory 9-13 9:string,13:memorysize - 10 mb
table.exec.resource.hash-agg.memory 9-13 9:string,13:memorysize - 128 mb
table.exec.resource.hash-join.memory 9-13 9:string,13:memorysize - 128 mb
table.exec.resource.sort.memory 9-13 9:string,13:memorysize - 128 mb
table.exec.shuffle-mode 9-13 string - ALL_EDGES_BLOCKING
table.exec.sink.not-null-enforcer 11-13 enum one=ERROR,DROP ERROR
table.exec.sink.upsert-materialize 13 enum one=NONE,AUTO,FORCE AUTO
table.exec.sort.async-merge-enabled 9-13 bool - true
table.exec.sort.default-limit 9-13 int - -1
table.exec.sort.max-num-file-handles 9-13 int - 128
table.exec.source.cdc-events-duplicate 12-13 bool - false
table.exec.source.idle-timeout 9-13 9:string,12:duration - 0 ms
table.exec.spill-compression.block-size 9-13 9:string,13:memorysize - 64 kb
table.exec.spill-compression.enabled 9-13 bool - true
table.exec.state.ttl 12-13 duration - 0 ms
table.exec.topn.cache-size 9-13 long - 10000
table.exec.window-agg.buffer-size-limit 9-13 int - 100000
table.generated-code.max-length 12-13 int - 64000
table.include 12-13 string -
table.local-time-zone 12-13 string - default
table.optimizer.agg-phase-strategy 9-13 string - AUTO
table.optimizer.cnf-nodes-limit 9-13 int - -1
table.optimizer.distinct-agg.split.bucket-num 9-13 int - 1024
table.optimizer.distinct-agg.split.enabled 9-13 bool - false
table.optimizer.incremental-agg-enabled 9-13 bool - true
table.optimizer.join-reorder-enabled 9-13 bool - false
table.optimizer.join.broadcast-threshold 9-13 long unit=b 1048576
table.optimizer.join.null-filter-threshold 9-13 long - 2000000
table.optimizer.multiple-input-enabled 12-13 bool - true
table.optimizer.reuse-optimize-block-with-digest-enabled 9-13 bool - false
table.optimizer.reuse-source-enabled 9-13 bool - true
table.optimizer.reuse-sub-plan-enabled 9-13 bool - true
table.optimizer.rows-per-local-agg 9-13 long - 1000000
table.optimizer.semi-anti-join.build-distinct.ndv-ratio 9-13 double - 0.8
table.optimizer.shuffle-by-partial-key-enabled 9-13 bool - false
table.optimizer.smj.remove-sort-enabled 9-13 bool - false
table.optimizer.source.predicate-pushdown-enabled 9-13 bool - true
table.optimizer.union-all-as-breakpoint-disabled 9-11 bool - false
table.optimizer.union-all-as-breakpoint-enabled 12-13 bool - true
table.planner 13 enum one=BLINK,OLD BLINK
table.sql-dialect 11-13 string - default
task.cancellation.interval 2-13 long unit=ms 30000
task.cancellation.timeout 2-13 long unit=ms 180000
task.cancellation.timers.timeout 5-13 long unit=ms 7500
task.checkpoint.alignment.max-size 2-10 long unit=b -1
taskmanager.bind-host 11-13 string -
taskmanager.compute.numa 3-13 string -
taskmanager.cpu.cores 10-13 double -
taskmanager.data.bind-port 11-13 port -
taskmanager.data.port 2-13 port - 0
taskmanager.data.ssl.enabled 2-13 bool - true
taskmanager.debug.memory.log 5-13 bool - false
taskmanager.debug.memory.log-interval 5-13 long unit=ms 5000
taskmanager.debug.memory.logIntervalMs 2-4 long unit=ms 5000
taskmanager.debug.memory.startLogThread 2-4 bool - false
taskmanager.exit-on-fatal-akka-error 2-13 bool - false
taskmanager.heap.mb 2-13 int unit=m
taskmanager.heap.size 6-13 memorysize -
taskmanager.host 5-13 string -
taskmanager.hostname 2-4 string -
taskmanager.initial-registration-pause 2-4 duration - 500 ms
taskmanager.jvm-exit-on-oom 3-13 bool - false
taskmanager.log.path 2-13 string -
taskmanager.max-registration-pause 2-4 duration -
taskmanager.maxRegistrationDuration 2-4 duration - Inf
taskmanager.memory.flink.size 10-13 memorysize -
taskmanager.memory.fraction 2-9 float - 0.7
taskmanager.memory.framework.heap.size 10-13 memorysize - 128 mb
taskmanager.memory.framework.off-heap.batch-shuffle.size 13 memorysize - 32 mb
taskmanager.memory.framework.off-heap.size 10-13 memorysize - 128 mb
taskmanager.memory.jvm-metaspace.size 10-13 memorysize - 256 mb
taskmanager.memory.jvm-overhead.fraction 10-13 float - 0.1
taskmanager.memory.jvm-overhead.max 10-13 memorysize - 1 gb
taskmanager.memory.jvm-overhead.min 10-13 memorysize - 192 mb
taskmanager.memory.managed.consumer-weights 12-13 map - OPERATOR:70,STATE_BACKEND:70,PYTHON:30
taskmanager.memory.managed.fraction 10-13 float - 0.4
taskmanager.memory.managed.size 10-13 memorysize -
taskmanager.memory.network.fraction 10-13 float - 0.1
taskmanager.memory.network.max 10-13 memorysize - 1 gb
taskmanager.memory.network.min 10-13 memorysize - 64 mb
taskmanager.memory.off-heap 2-9 bool - false
taskmanager.memory.preallocate 2-9 bool - false
taskmanager.memory.process.size 10-13 memorysize -
taskmanager.memory.segment-size 2-13 2:int,6:memorysize unit=b 32 kb
taskmanager.memory.size 2-9 2:string,3:long,6:memorysize unit=m 0
taskmanager.memory.task.heap.size 10-13 memorysize -
taskmanager.memory.task.off-heap.size 10-13 memorysize - 0 bytes
taskmanager.net.request-backoff.initial 2 int unit=ms 100
taskmanager.net.request-backoff.max 2 int unit=ms 10000
taskmanager.network.bind-policy 8-13 string - ip
taskmanager.network.blocking-shuffle.compression.enabled 10-13 bool - false
taskmanager.network.blocking-shuffle.type 10-13 string - file
taskmanager.network.bounded-blocking-subpartition-type 9 string - auto
taskmanager.network.compression.codec 10-13 string - LZ4
taskmanager.network.credit-model 5-9 bool - true
taskmanager.network.defaultIOMode 2-8 string - sync
taskmanager.network.detailed-metrics 3-13 bool - false
taskmanager.network.memory.buffers-per-channel 3-13 int - 2
taskmanager.network.memory.exclusive-buffers-request-timeout-ms 9-13 long unit=ms 30000
taskmanager.network.memory.floating-buffers-per-gate 3-13 int - 8
taskmanager.network.memory.fraction 3-13 float - 0.1
taskmanager.network.memory.max 3-13 3:long,6:memorysize unit=b 1gb
taskmanager.network.memory.max-buffers-per-channel 11-13 int - 10
taskmanager.network.memory.min 3-13 3:long,6:memorysize unit=b 64mb
taskmanager.network.netty.client.connectTimeoutSec 3-13 int unit=s 120
taskmanager.network.netty.client.numThreads 3-13 int - -1
taskmanager.network.netty.num-arenas 3-13 int - -1
taskmanager.network.netty.sendReceiveBufferSize 3-13 int unit=b 0
taskmanager.network.netty.server.backlog 3-13 int - 0
taskmanager.network.netty.server.numThreads 3-13 int - -1
taskmanager.network.netty.transport 3-13 string - auto
taskmanager.network.numberOfBuffers 2-13 int - 2048
taskmanager.network.partition.force-release-on-consumption 9-11 bool - false
taskmanager.network.request-backoff.initial 3-13 int unit=ms 100
taskmanager.network.request-backoff.max 3-13 int unit=ms 10000
taskmanager.network.retries 12-13 int - 0
taskmanager.network.sort-shuffle.min-buffers 12-13 int - 64
taskmanager.network.sort-shuffle.min-parallelism 12-13 int - 2147483647
taskmanager.numberOfTaskSlots 2-13 int - 1
taskmanager.refused-registration-pause 2-4 duration - 10 s
taskmanager.registration.initial-backoff 5-13 duration - 500 ms
taskmanager.registration.max-backoff 5-13 duration - 30 s
taskmanager.registration.refused-backoff 5-13 duration - 10 s
taskmanager.registration.timeout 5-13 duration - 5 min
taskmanager.resource-id 12-13 string -
taskmanager.rpc.bind-port 11-13 port -
taskmanager.rpc.port 2-13 2:port,4:ports - 0
taskmanager.runtime.fs_timeout 2-13 int - 0
taskmanager.runtime.hashjoin-bloom-filters 2-13 bool - false
taskmanager.runtime.large-record-handler 2-13 bool - false
taskmanager.runtime.max-fan 5-13 int - 128
taskmanager.runtime.sort-spilling-threshold 5-13 float - 0.8
taskmanager.slot.timeout 13 duration - 10 s
taskmanager.state.local.root-dirs 5-13 string -
taskmanager.tmp.dirs 2-4 string -
timerservice.exceptional.shutdown.timeout 4 long unit=ms 7500
web.access-control-allow-origin 4-13 string - *
web.address 4-13 string -
web.backpressure.cleanup-interval 4-13 int unit=ms 600000
web.backpressure.delay-between-samples 4-13 int unit=ms 50
web.backpressure.num-samples 4-13 int - 100
web.backpressure.refresh-interval 4-13 int unit=ms 60000
web.checkpoints.history 4-13 int - 10
web.exception-history-size 13 int - 16
web.history 4-13 int - 5
web.log.path 4-13 string -
web.port 4-13 port - 8081
web.refresh-interval 4-13 long unit=ms 3000
web.ssl.enabled 4-13 bool - true
web.submit.enable 4-13 bool - true
web.timeout 4-13 long unit=ms 600000
web.tmpdir 4-13 string -
web.upload.dir 4-13 string -
yarn.application-attempt-failures-validity-interval 9-13 long unit=ms 10000
yarn.application-attempts 2-13 string -
yarn.application-master.port 2-13 ports - 0
yarn.application.id 10-13 string -
yarn.application.name 10-13 string -
yarn.application.node-label 10-13 string -
yarn.application.priority 10-13 int - -1
yarn.application.queue 10-13 string -
yarn.application.type 10-13 string -
yarn.appmaster.rpc.address 4-10 string -
yarn.appmaster.rpc.port 4-10 port - -1
yarn.appmaster.vcores 9-13 int - 1
yarn.container-start-command-template 3-13 string - %java% %jvmmem% %jvmopts% %logging% %class% %args% %redirects%
yarn.containers.vcores 2-13 int - -1
yarn.file-replication 11-13 int - -1
yarn.flink-dist-jar 10-13 string -
yarn.heap-cutoff-min 2-3 string -
yarn.heap-cutoff-ratio 2-3 float - 0.25
yarn.heartbeat-delay 2-8 2:string,4:int unit=s 5
yarn.heartbeat.container-request-interval 8-13 int unit=ms 500
yarn.heartbeat.interval 9-13 int unit=s 5
yarn.maximum-failed-containers 2-10 string -
yarn.per-job-cluster.include-user-jar 4-13 4:string,13:enum one=DISABLED,FIRST,LAST,ORDER ORDER
yarn.properties-file.location 2-13 string -
yarn.provided.lib.dirs 11-13 string list
yarn.reallocate-failed 2-3 string -
yarn.security.kerberos.additionalFileSystems 12-13 string list
yarn.security.kerberos.localized-keytab-path 11-13 string - krb5.keytab
yarn.security.kerberos.ship-local-keytab 11-13 bool - true
yarn.ship-archives 12-13 string list
yarn.ship-directories 10-11 string list
yarn.ship-files 12-13 string list
yarn.staging-directory 12-13 string -
yarn.tags 3-13 string -
zookeeper.heap.mb 2-13 string -
zookeeper.sasl.disable 2-13 bool - false
zookeeper.sasl.login-context-name 2-13 string - Client
zookeeper.sasl.service-name 2-13 string - zookeeper
"""

RENAMED = """\
akka.client.timeout 11-13 client.timeout
classloader.parent-first-patterns 5-13 classloader.parent-first-patterns.default
high-availability.zookeeper.path.namespace 2-13 high-availability.cluster-id
high-availability.zookeeper.storageDir 2-13 high-availability.storageDir
job-manager.max-attempts-history-size 3-13 jobmanager.execution.attempts-history-size
jobmanager.web.access-control-allow-origin 4-13 web.access-control-allow-origin
jobmanager.web.address 10-13 rest.bind-address
jobmanager.web.address 4 web.address
jobmanager.web.address 5-9 web.address +
jobmanager.web.backpressure.cleanup-interval 4-13 web.backpressure.cleanup-interval
jobmanager.web.backpressure.delay-between-samples 4-13 web.backpressure.delay-between-samples
jobmanager.web.backpressure.num-samples 4-13 web.backpressure.num-samples
jobmanager.web.backpressure.refresh-interval 4-13 web.backpressure.refresh-interval
jobmanager.web.checkpoints.history 4-13 web.checkpoints.history
jobmanager.web.history 4-13 web.history
jobmanager.web.log.path 4-13 web.log.path
jobmanager.web.port 4 web.port
jobmanager.web.port 5-7 rest.port
jobmanager.web.port 8-13 rest.port +
jobmanager.web.refresh-interval 4-13 web.refresh-interval
jobmanager.web.ssl.enabled 4-13 web.ssl.enabled
jobmanager.web.submit.enable 4-13 web.submit.enable
jobmanager.web.tmpdir 4-13 web.tmpdir
jobmanager.web.upload.dir 4-13 web.upload.dir
library-cache-manager.cleanup.interval 4-13 blob.service.cleanup.interval
python.binary.python2 7-8 python.binary.path
python.binary.python3 7-8 python.binary.path
query.client.network-threads 8-13 queryable-state.client.network-threads
query.proxy.network-threads 8-13 queryable-state.proxy.network-threads
query.proxy.ports 8-13 queryable-state.proxy.ports
query.proxy.query-threads 8-13 queryable-state.proxy.query-threads
query.server.network-threads 8-13 queryable-state.server.network-threads
query.server.ports 8-13 queryable-state.server.ports
query.server.query-threads 8-13 queryable-state.server.query-threads
recovery.job.delay 2-13 high-availability.job.delay
recovery.jobmanager.port 2-13 high-availability.jobmanager.port
recovery.mode 2-13 high-availability
recovery.zookeeper.client.connection-timeout 2-13 high-availability.zookeeper.client.connection-timeout
recovery.zookeeper.client.max-retry-attempts 2-13 high-availability.zookeeper.client.max-retry-attempts
recovery.zookeeper.client.retry-wait 2-13 high-availability.zookeeper.client.retry-wait
recovery.zookeeper.client.session-timeout 2-13 high-availability.zookeeper.client.session-timeout
recovery.zookeeper.path.checkpoint-counter 2-13 high-availability.zookeeper.path.checkpoint-counter
recovery.zookeeper.path.checkpoints 2-13 high-availability.zookeeper.path.checkpoints
recovery.zookeeper.path.jobgraphs 2-13 high-availability.zookeeper.path.jobgraphs
recovery.zookeeper.path.latch 2-13 high-availability.zookeeper.path.latch
recovery.zookeeper.path.leader 2-13 high-availability.zookeeper.path.leader
recovery.zookeeper.path.mesos-workers 3-13 high-availability.zookeeper.path.mesos-workers
recovery.zookeeper.path.namespace 2-13 high-availability.cluster-id
recovery.zookeeper.path.root 2-13 high-availability.zookeeper.path.root
recovery.zookeeper.quorum 2-13 high-availability.zookeeper.quorum
recovery.zookeeper.storageDir 2-13 high-availability.storageDir
savepoints.state.backend.fs.dir 4-13 state.savepoints.dir
security.keytab 2-13 security.kerberos.login.keytab
security.principal 2-13 security.kerberos.login.principal
security.ssl.close-notify-flush-timeout 6-13 security.ssl.internal.close-notify-flush-timeout
security.ssl.handshake-timeout 6-13 security.ssl.internal.handshake-timeout
security.ssl.session-cache-size 6-13 security.ssl.internal.session-cache-size
security.ssl.session-timeout 6-13 security.ssl.internal.session-timeout
slotmanager.taskmanager-timeout 6-13 resourcemanager.taskmanager-timeout
state.backend.fs.checkpointdir 5-13 state.checkpoints.dir
state.backend.fs.memory-threshold 13 state.storage.fs.memory-threshold
state.backend.fs.write-buffer-size 13 state.storage.fs.write-buffer-size
state.backend.rocksdb.checkpointdir 5-13 state.backend.rocksdb.localdir
task.cancellation-interval 2-13 task.cancellation.interval
taskmanager.debug.memory.logIntervalMs 5-13 taskmanager.debug.memory.log-interval
taskmanager.debug.memory.startLogThread 5-13 taskmanager.debug.memory.log
taskmanager.initial-registration-pause 5-13 taskmanager.registration.initial-backoff
taskmanager.max-registration-pause 5-13 taskmanager.registration.max-backoff
taskmanager.maxRegistrationDuration 5-13 taskmanager.registration.timeout
taskmanager.memory.size 10-13 taskmanager.memory.managed.size
taskmanager.net.client.connectTimeoutSec 3-13 taskmanager.network.netty.client.connectTimeoutSec
taskmanager.net.client.numThreads 3-13 taskmanager.network.netty.client.numThreads
taskmanager.net.num-arenas 3-13 taskmanager.network.netty.num-arenas
taskmanager.net.request-backoff.initial 3-13 taskmanager.network.request-backoff.initial
taskmanager.net.request-backoff.max 3-13 taskmanager.network.request-backoff.max
taskmanager.net.sendReceiveBufferSize 3-13 taskmanager.network.netty.sendReceiveBufferSize
taskmanager.net.server.backlog 3-13 taskmanager.network.netty.server.backlog
taskmanager.net.server.numThreads 3-13 taskmanager.network.netty.server.numThreads
taskmanager.net.transport 3-13 taskmanager.network.netty.transport
taskmanager.network.credit-based-flow-control.enabled 5-9 taskmanager.network.credit-model
taskmanager.network.memory.fraction 10-13 taskmanager.memory.network.fraction
taskmanager.network.memory.max 10-13 taskmanager.memory.network.max
taskmanager.network.memory.min 10-13 taskmanager.memory.network.min
taskmanager.refused-registration-pause 5-13 taskmanager.registration.refused-backoff
taskmanager.tmp.dirs 5-13 io.tmp.dirs
timerservice.exceptional.shutdown.timeout 5-13 task.cancellation.timers.timeout
web.address 10-13 rest.bind-address
web.port 5-7 rest.port
web.port 8-13 rest.port +
yarn.heap-cutoff-min 4-10 containerized.heap-cutoff-min
yarn.heap-cutoff-ratio 4-10 containerized.heap-cutoff-ratio
yarn.heartbeat-delay 9-13 yarn.heartbeat.interval
yarn.ship-directories 12-13 yarn.ship-files
"""

READ = """\
compiler.merge-iteration-aux 2-13
delimited-format.delimiter 2-13
delimited-format.numSamples 2-13
execution-retries.default 4
execution-retries.delay 4
flink.jobgraph.path 4-6
flink.output.file 2-13
fs.hdfs.hadoopconf 5-13
fs.hdfs.hdfsdefault 5-13
fs.hdfs.hdfssite 5-13
input.block_size 2-13
input.file.path 2-13
jobmanager.web.refresh-interval 3
output.block_size 2-13
parallelism.default 2
python.archives 10
python.exec 10
python.files 10
python.requirements-cache 10
python.requirements-file 10
recursive.file.enumeration 2-13
state.backend.fs.checkpointdir 2-4
state.backend.fs.memory-threshold 2-4
state.backend.rocksdb.checkpointdir 4
table.exec.timezone 11-13
taskmanager.hostname 5
taskmanager.net.client.connectTimeoutSec 2
taskmanager.net.client.numThreads 2
taskmanager.net.num-arenas 2
taskmanager.net.sendReceiveBufferSize 2
taskmanager.net.server.backlog 2
taskmanager.net.server.numThreads 2
taskmanager.net.transport 2
taskmanager.runtime.max-fan 2-4
taskmanager.runtime.sort-spilling-threshold 2-4
"""

FAMILIES = """\
azure. 4-13
containerized.master.env. 4-13
containerized.taskmanager.env. 2-13
flink.hadoop. 13
flink.yarn. 13
fs.azure. 4-13
fs.oss. 4-13
fs.s3a. 4-13
presto.s3. 4-13
s3. 4-13
s3a. 4-13
swift. 4-13
yarn.application-master.env. 4-13
yarn.taskmanager.env. 4-13
"""

MENTIONED = """\
azure. 2-3
dfs.replication 11-13
flink.jobgraph.path 2-3
flink.tests.check-segment-multiple-free 13
flink.tests.disable-declarative 13
flink.tests.enable-adaptive-scheduler 13
flink.tests.enable-declarative 12
flink.tests.enable-fine-grained 13
fs.azure. 2-3
fs.default.name 2-13
fs.defaultFS 2-13
fs.hdfs.impl 2-3
fs.oss. 2-3
fs.s3a. 2-3
hadoop.security.authentication 4
hadoop.security.authorization 4
hadoop.tmp.dir 7-10
hbase.security.authentication 4-13
job.graph 4-13
jobmanager.web.refresh-interval 2
krb5.keytab 2-13
kubernetes.config-key 11-13
kubernetes.max.concurrent.requests 12-13
log.file 2-13
mapred.output.dir 2-4,7-8
mapred.task.id 2-4,7-8
mapred.task.partition 2-4,7-8
mapreduce.input.fileinputformat.split.minsize 2-4,7-8
mapreduce.output.basename 2-4,7-8
mapreduce.task.attempt.id 2-4,7-8
mapreduce.task.output.dir 2-4,7-8
mapreduce.task.partition 2-4,7-8
mvn.forkNumber 2
pact.runtime.workset-empty-aggregator 2-13
presto.s3. 2-3
pyflink.pyflink_callback_server 11-13
python.binary.path 2-6
python.binary.python2 2-6
python.binary.python3 2-6
python.exe 11-13
python.mmap.size.kb 2-6
python.mmap.tmp.dir 2-6
python.plan.tmp.dir 2-6
s3. 2-3
s3a. 2-3
status.podIP 10-13
swift. 2-3
taskmanager.hostname 6
web.monitor.address 3-6
yarn.am.liveness-monitor.expiry-interval-ms 4-13
yarn.application.classpath 4-13
yarn.config-key 11-13
yarn.nodemanager.resource.cpu-vcores 4-6
yarn.resource-types.memory-mb.increment-allocation 11-13
yarn.resource-types.vcores.increment-allocation 11-13
yarn.resourcemanager.am.max-attempts 12-13
yarn.scheduler.increment-allocation-mb 11-13
yarn.scheduler.increment-allocation-vcores 11-13
yarn.scheduler.maximum-allocation-mb 11
yarn.scheduler.maximum-allocation-vcores 11
yarn.scheduler.minimum-allocation-mb 4-13
yarn.scheduler.minimum-allocation-vcores 11-13
zookeeper.sasl.client 3-13
zookeeper.sasl.client.username 2-13
zookeeper.sasl.clientconfig 2-13
"""
