using Engagement.Core;
using Engagement.Engine.Delivery.Redis;
using Engagement.Testing;
using static Integration.Tests.Redis.RedisStoreSteps;

namespace Integration.Tests.Redis;

/// <summary>Who may in, and how a refusal is told.</summary>
public sealed class RedisAccessTests
{
    [Fact]
    public async Task Password_Right_ComesIn()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerSettings { Password = "open-sesame" });
        await using var store = await OpenAsync(new RedisOptions { Configuration = server.Address, Password = "open-sesame" });
        await store.CheckAsync(default);
        await store.AvailableAsync("shop", "anna", 1);
        Assert.Equal(1, (await store.GetAvailabilityAsync("shop", default)).FreeSlots);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData(null)]
    public async Task Password_WrongOrMissing_RefusedAtOnceAndSaidClearly(string? password)
    {
        await using var server = await RedisServer.StartAsync(new RedisServerSettings { Password = "open-sesame" });
        var refusal = await Assert.ThrowsAsync<UnauthorizedAccessException>(
            async () => await OpenAsync(new RedisOptions { Configuration = server.Address, Password = password }));
        Assert.Contains($"Redis at {server.Address} refuses us", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("open-sesame", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_NewerClientsOnly_OthersRefuseWithTheReason()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerSettings { User = "engine on >secret ~engagement:* &engagement:* +@all" });
        var options = new RedisOptions { Configuration = server.Address, User = "engine", Password = "secret" };
        if (options.Validate() is { Count: > 0 } errors)
        {
            Assert.Contains("StackExchange.Redis 1.2", Assert.Single(errors), StringComparison.Ordinal);
            await Assert.ThrowsAsync<ArgumentException>(async () => await OpenAsync(options));
            return;
        }
        await using var store = await OpenAsync(options);
        await store.AvailableAsync("shop", "anna", 1);
        await Assert.ThrowsAsync<UnauthorizedAccessException>(async () => await OpenAsync(options with { Password = "wrong" }));
    }

    [Fact]
    public void Validate_SeveralErrors_AllAtOnce()
    {
        var errors = new RedisOptions { Configuration = "", TlsHost = "redis.shop", CommandTimeout = TimeSpan.FromMilliseconds(1) }.Validate();
        Assert.Equal(3, errors.Count);
        Assert.Contains(new RedisOptions { Configuration = "127.0.0.1:6379,nonsense=1" }.Validate(), e => e.StartsWith("configuration", StringComparison.Ordinal));
        Assert.Empty(new RedisOptions().Validate());
    }

    [Fact]
    public void ToString_HoldsNoSecret() => Assert.Equal(
        "redis:6380", new RedisOptions { Configuration = "redis:6380,password=hush", Password = "hush" }.ToString());
}
