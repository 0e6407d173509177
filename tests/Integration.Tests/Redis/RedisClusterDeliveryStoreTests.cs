using Hosts.Tests.Contracts;

namespace Integration.Tests.Redis;

public sealed class RedisClusterDeliveryStoreLeaseTests(ClusterRedis redis) : DeliveryStoreLeaseContract(redis.Bed), IClassFixture<ClusterRedis>;

public sealed class RedisClusterDeliveryStoreOfferTests(ClusterRedis redis) : DeliveryStoreOfferContract(redis.Bed), IClassFixture<ClusterRedis>;

public sealed class RedisClusterDeliveryStoreCommitTests(ClusterRedis redis) : DeliveryStoreCommitContract(redis.Bed), IClassFixture<ClusterRedis>;

public sealed class RedisClusterDeliveryStorePresenceTests(ClusterRedis redis) : DeliveryStorePresenceContract(redis.Bed), IClassFixture<ClusterRedis>;

public sealed class RedisClusterDeliveryStoreConversationTests(ClusterRedis redis) : DeliveryStoreConversationContract(redis.Bed), IClassFixture<ClusterRedis>;

public sealed class RedisClusterDeliveryStoreFlowTests(ClusterRedis redis) : DeliveryStoreFlowContract(redis.Bed), IClassFixture<ClusterRedis>;

public sealed class RedisClusterDeliveryStoreRejectTests(ClusterRedis redis) : DeliveryStoreRejectContract(redis.Bed), IClassFixture<ClusterRedis>;

public sealed class RedisClusterDeliveryStoreOverviewTests(ClusterRedis redis) : DeliveryStoreOverviewContract(redis.Bed), IClassFixture<ClusterRedis>;

public sealed class RedisClusterDeliveryStoreTeamTests(ClusterRedis redis) : DeliveryStoreTeamContract(redis.Bed), IClassFixture<ClusterRedis>;
