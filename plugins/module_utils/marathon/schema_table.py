# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a Marathon 1.11 app; written by tools/marathon_schema.py, which is the place to change anything.

TYPES: a line with @ starts a type; the lines after it are its fields. NAME KIND TRAITS, where [KIND] is a list, {KIND} a
dictionary with any keys, and A|B one of several types. Bounds named item* hold for the items of a list.
"""

from __future__ import annotations

TYPES = r"""
@AnyPort integer min=0 max=65535 default=0
@App object
id PathId required
acceptedResourceRoles [string] set
args [string]
backoffFactor number min=1 default=1.15
backoffSeconds integer min=0 max=2147483647 default=1
cmd string minlen=1
constraints [AppConstraint] set
container Container
cpus number min=0.001 default=1
dependencies [PathId] set
disk number min=0 default=0
env LegacyEnvVars
executor string default="" match=^(//cmd)|(/?[^/]+(/[^/]+)*)|$
executorResources ExecutorResources
fetch [Artifact]
healthChecks [AppHealthCheck] set
check AppCheck
instances integer min=0 max=2147483647 default=1
labels KVLabels
maxLaunchDelaySeconds integer min=0 max=2147483647 default=300
mem number min=0 default=128
gpus integer min=0 max=2147483647 default=0
ipAddress IpAddress deprecated
networks [Network]
ports [AnyPort] deprecated
portDefinitions [PortDefinition]
readinessChecks [ReadinessCheck]
residency AppResidency
resourceLimits ResourceLimits
requirePorts boolean default=false
secrets Secrets
taskKillGracePeriodSeconds integer min=0 max=2147483647
upgradeStrategy UpgradeStrategy
uris [Uri] deprecated
user string
version string
versionInfo VersionInfo
killSelection KillSelection default="YOUNGEST_FIRST"
unreachableStrategy UnreachableStrategy
tty boolean
role string minlen=1
@AppCheck object
http AppHttpCheck
tcp AppTcpCheck
exec CommandCheck
intervalSeconds integer min=0 max=2147483647 default=60
timeoutSeconds integer min=0 max=2147483647 default=20
delaySeconds integer min=0 max=2147483647 default=15
@AppCommandCheck object
value string required
@AppConstraint [string] minitems=2 maxitems=3
@AppExternalVolume object
containerPath string minlen=1 required
external ExternalVolumeInfo required
mode ReadMode required
@AppHealthCheck object
command AppCommandCheck
gracePeriodSeconds integer min=0 max=2147483647 default=300
ignoreHttp1xx boolean
intervalSeconds integer min=0 max=2147483647 default=60
maxConsecutiveFailures integer min=0 max=2147483647 default=3
path string
port AnyPort
portIndex AnyPort
protocol AppHealthCheckProtocol default="HTTP"
ipProtocol IpProtocol default="IPv4"
timeoutSeconds integer max=2147483647 default=20
delaySeconds integer min=0 max=2147483647 default=15
@AppHealthCheckProtocol string one=HTTP|HTTPS|TCP|COMMAND|MESOS_TCP|MESOS_HTTP|MESOS_HTTPS
@AppHostVolume object
containerPath string minlen=1 required
hostPath string minlen=1 required
mode ReadMode required
@AppHttpCheck object
portIndex AnyPort
port AnyPort
path Path
scheme HttpScheme default="HTTP"
@AppPersistentVolume object
containerPath string minlen=1 required
persistent PersistentVolumeInfo required
mode ReadMode required
@AppResidency object
relaunchEscalationTimeoutSeconds integer min=0 required default=3600
taskLostBehavior TaskLostBehavior required default="WAIT_FOREVER"
@AppSecretVolume object
containerPath string minlen=1 required
secret string minlen=1 required
@AppTcpCheck object
portIndex AnyPort
port AnyPort
@AppVolume AppPersistentVolume|AppExternalVolume|AppSecretVolume|AppHostVolume
@ArgvCommand object
argv [string] minitems=1 required
@Artifact object
uri Uri required
extract boolean default=true
executable boolean default=false
cache boolean default=false
destPath Path
@CSICapability object
accessMode string required one=SINGLE_NODE_WRITER|SINGLE_NODE_READER_ONLY|MULTI_NODE_READER_ONLY|MULTI_NODE_SINGLE_WRITER|MULTI_NODE_MULTI_WRITER
accessType string required one=block|mount
fsType string
mountFlags [string]
@CSIExternalVolumeInfo object
name string required
provider string required one=csi
options CSIExternalVolumeInfoOptions required
@CSIExternalVolumeInfoOptions object
pluginName string minlen=1 required
capability CSICapability required
nodeStageSecret KVLabels
nodePublishSecret KVLabels
volumeContext KVLabels
@CommandCheck object
command MesosCommand required
@Container object
type EngineType required default="DOCKER"
docker DockerContainer
linuxInfo LinuxInfo
volumes [AppVolume]
portMappings [ContainerPortMapping]
@ContainerPortMapping object
containerPort AnyPort required default=0
hostPort AnyPort
labels KVLabels
name LegacyName
protocol NetworkProtocol default="tcp"
servicePort AnyPort default=0
networkNames [Name]
@DVDIExternalVolumeInfo object
size integer min=0
name string
provider string
options KVLabels
shared boolean default=false
@DockerContainer object
credential DockerCredentials deprecated
pullConfig DockerPullConfig
forcePullImage boolean default=false
image string minlen=1 required
network DockerNetwork deprecated
parameters [DockerParameter]
portMappings [ContainerPortMapping] deprecated
privileged boolean default=false
@DockerCredentials object deprecated
principal string required
secret string
@DockerNetwork string one=BRIDGE|HOST|NONE|USER
@DockerParameter object
key string minlen=1 required
value string required
@DockerPullConfig object
secret string minlen=1 required
@EngineType string one=MESOS|DOCKER
@EnvVarSecret object
secret string required
@EnvVarValue string
@EnvVarValueOrSecret EnvVarValue|EnvVarSecret
@ExecutorResources object
cpus number min=0.1 default=0.1
mem number min=32 default=32
disk number min=10 default=10.0
@ExternalVolumeInfo DVDIExternalVolumeInfo|CSIExternalVolumeInfo
@HttpScheme string one=HTTP|HTTPS
@IPCInfo object
mode IPCMode required
shmSize number
@IPCMode string one=PRIVATE|SHARE_PARENT
@IpAddress object deprecated
discovery IpDiscovery
groups [string] set
labels KVLabels
networkName string minlen=1
@IpDiscovery object
ports [IpDiscoveryPort]
@IpDiscoveryPort object
number AnyPort default=0
name LegacyName required
protocol NetworkProtocol default="tcp"
labels KVLabels
@IpProtocol string one=IPv4|IPv6
@KVLabels {string}
@KillSelection string one=YOUNGEST_FIRST|OLDEST_FIRST default="YOUNGEST_FIRST"
@LegacyEnvVars {EnvVarValueOrSecret}
@LegacyName string minlen=1 match=^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
@LinuxInfo object
seccomp Seccomp
ipcInfo IPCInfo
@MesosCommand ShellCommand|ArgvCommand
@Name string minlen=1 maxlen=63 match=^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
@Network object
name NetworkName
mode NetworkMode default="container"
labels KVLabels
@NetworkMode string one=container|container/bridge|host
@NetworkName string minlen=1 maxlen=63 match=^[a-z0-9]([-a-z0-9_]*[a-z0-9])?$
@NetworkProtocol string one=tcp|udp|udp,tcp default="tcp"
@Path string minlen=1 maxlen=1024
@PathId string minlen=1 match=^(\/?((\.\.)|(([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9]))?($|\/))+$
@PersistentVolumeInfo object
type PersistentVolumeType
size integer min=0 required
maxSize integer min=0
profileName string
constraints [VolumeConstraint] set
@PersistentVolumeType string one=root|path|mount
@PortDefinition object
port AnyPort default=0
labels KVLabels
name LegacyName
protocol NetworkProtocol default="tcp"
@ReadMode string one=RO|RW
@ReadinessCheck object
name string minlen=1 default="readinessCheck"
protocol HttpScheme default="HTTP"
path Path minlen=1 default="/"
portName LegacyName default="http-api"
intervalSeconds integer min=0 max=2147483647 default=30
timeoutSeconds integer min=1 max=2147483647 default=10
httpStatusCodesForReady [integer] minitems=1 itemmin=100 itemmax=999 set
preserveLastResponse boolean default=false
@ResourceLimit ResourceLimitUnlimited|ResourceLimitNumber
@ResourceLimitNumber number
@ResourceLimitUnlimited string one=unlimited
@ResourceLimits object
cpus ResourceLimit
mem ResourceLimit
@Seccomp object
profileName string
unconfined boolean required default=false
@SecretDef object
source string minlen=1 required
@Secrets {SecretDef}
@ShellCommand object
shell string minlen=1 required
@TaskLostBehavior string one=WAIT_FOREVER|RELAUNCH_AFTER_TIMEOUT default="WAIT_FOREVER"
@UnreachableDisabled string one=disabled default="disabled"
@UnreachableEnabled object
inactiveAfterSeconds integer min=0 default=0
expungeAfterSeconds integer min=0 default=0
@UnreachableStrategy UnreachableDisabled|UnreachableEnabled
@UpgradeStrategy object
maximumOverCapacity number min=0 max=1 required
minimumHealthCapacity number min=0 max=1 required
@Uri string minlen=1 maxlen=1024
@VersionInfo object
lastScalingAt string required
lastConfigChangeAt string required
@VolumeConstraint [string] minitems=2 maxitems=3
"""

READ_ONLY = (
    "version",
    "versionInfo",
    "tasksStaged",
    "tasksRunning",
    "tasksHealthy",
    "tasksUnhealthy",
    "deployments",
    "tasks",
    "lastTaskFailure",
    "tasksStats",
    "readinessCheckResults",
)
RESERVED_NAMES = (
    "restart",
    "tasks",
    "versions",
)
ID_SEGMENT = r"^(([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])|(\.|\.\.)$"
