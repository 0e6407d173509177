using Hosts.Tests.Contracts;

namespace Integration.Tests.Redis;

public sealed class RedisDeliveryStoreLeaseTests(SingleRedis redis) : DeliveryStoreLeaseContract(redis.Bed), IClassFixture<SingleRedis>;

public sealed class RedisDeliveryStoreOfferTests(SingleRedis redis) : DeliveryStoreOfferContract(redis.Bed), IClassFixture<SingleRedis>;

public sealed class RedisDeliveryStoreCommitTests(SingleRedis redis) : DeliveryStoreCommitContract(redis.Bed), IClassFixture<SingleRedis>;

public sealed class RedisDeliveryStorePresenceTests(SingleRedis redis) : DeliveryStorePresenceContract(redis.Bed), IClassFixture<SingleRedis>;

public sealed class RedisDeliveryStoreConversationTests(SingleRedis redis) : DeliveryStoreConversationContract(redis.Bed), IClassFixture<SingleRedis>;

public sealed class RedisDeliveryStoreFlowTests(SingleRedis redis) : DeliveryStoreFlowContract(redis.Bed), IClassFixture<SingleRedis>;

public sealed class RedisDeliveryStoreRejectTests(SingleRedis redis) : DeliveryStoreRejectContract(redis.Bed), IClassFixture<SingleRedis>;

public sealed class RedisDeliveryStoreOverviewTests(SingleRedis redis) : DeliveryStoreOverviewContract(redis.Bed), IClassFixture<SingleRedis>;

public sealed class RedisDeliveryStoreTeamTests(SingleRedis redis) : DeliveryStoreTeamContract(redis.Bed), IClassFixture<SingleRedis>;
