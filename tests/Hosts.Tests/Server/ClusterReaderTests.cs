using Engagement.Core;
using Engagement.Server.Hosting;

namespace Hosts.Tests.Server;

public sealed class ClusterReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_NeitherKafkaNorRedis_IsNoClusterAndNoError() => Assert.Equal((null, 0), Read(new ClusterArguments()));

    [Theory]
    [InlineData("127.0.0.1:9092", null, "--kafka needs --redis")]
    [InlineData(null, "127.0.0.1:6379", "--redis needs --kafka")]
    public void Read_OneOfTheTwo_IsRefused(string? kafka, string? redis, string expected) =>
        Assert.Contains(expected, Error(new ClusterArguments { Kafka = kafka, Redis = redis }), StringComparison.Ordinal);

    [Fact]
    public void Read_ClusterOptionWithoutCluster_IsRefused() =>
        Assert.Contains("--redis-user is for a cluster", Error(new ClusterArguments { RedisUser = "engagement" }), StringComparison.Ordinal);

    [Fact]
    public void Read_Properties_FileFirstThenCommandLine()
    {
        var file = Write("kafka.properties", "# for the broker\nsecurity.protocol = ssl\n\nsasl.password=a=b\nclient.rack=one\n");
        var options = Options(Both with { KafkaPropertiesFile = file, KafkaProperty = ["client.rack=two"] });
        Assert.Equal(
            [("client.rack", "two"), ("sasl.password", "a=b"), ("security.protocol", "ssl")],
            options.KafkaProperties.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => (p.Key, p.Value)));
        Assert.DoesNotContain("a=b", options.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sasl.password=x1y2z3", "is a secret")]
    [InlineData("ssl.key.pem=x1y2z3", "is a secret")]
    [InlineData("security.protocol", "not name=value")]
    [InlineData("=x1y2z3", "not name=value")]
    public void Read_PropertyThatCannotBe_IsRefusedWithoutItsValue(string property, string expected)
    {
        var error = Error(Both with { KafkaProperty = [property] });
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("x1y2z3", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PasswordOnTheCommandLine_IsRefusedWithoutIt()
    {
        var error = Error(Both with { Redis = "127.0.0.1:6379,password=x1y2z3" });
        Assert.Contains(ClusterReader.RedisPasswordVariable, error, StringComparison.Ordinal);
        Assert.DoesNotContain("x1y2z3", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PasswordFromEnvironmentOrFile_IsTaken()
    {
        _environment[ClusterReader.RedisPasswordVariable] = "one";
        Assert.Equal("one", Options(Both).RedisPassword);
        _environment[ClusterReader.RedisPasswordFileVariable] = Write("redis", "two\n");
        Assert.Contains("both set", Error(Both), StringComparison.Ordinal);
        _environment.Remove(ClusterReader.RedisPasswordVariable);
        Assert.Equal("two", Options(Both with { RedisUser = "engagement" }).RedisPassword);
    }

    [Fact]
    public void Read_FilesForTls_MeanTlsAndAreCheckedBeforeTheStart()
    {
        var options = Options(Both with { RedisTlsAuthorityFile = _folder.File("ca.pem") });
        Assert.True(options.ToRedis().Tls);
        Assert.Contains(options.Errors, e => e.Contains("ca.pem: no such file", StringComparison.Ordinal));
        Assert.False(Options(Both).ToRedis().Tls);
        Assert.Contains("--redis-tls-cert needs --redis-tls-key", Error(Both with { RedisTlsCertificateFile = "node.pem" }), StringComparison.Ordinal);
        Assert.Contains("--redis-tls-key needs --redis-tls-cert", Error(Both with { RedisTlsKeyFile = "node.key" }), StringComparison.Ordinal);
        Assert.Contains("--redis-tls-ca is for a cluster", Error(new ClusterArguments { RedisTlsAuthorityFile = "ca.pem" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralErrors_AreNamedAtOnce()
    {
        _environment[ClusterReader.RedisPasswordFileVariable] = _folder.File("absent");
        var reader = new ClusterReader(_environment.GetValueOrDefault);
        Assert.Null(reader.Read(Both with { KafkaPropertiesFile = _folder.File("none"), SpoolBytes = 5, RedisUser = "u", KafkaGroup = "" }));
        Assert.Equal(5, reader.Errors.Count);
        Assert.Contains(reader.Errors, e => e.Contains($"{Limits.SpoolBytesMin}", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_SessionSeconds_AreTakenWithinTheBrokersBounds()
    {
        Assert.Equal(TimeSpan.FromSeconds(6), Options(Both with { KafkaSessionSeconds = 6 }).ToKafka().SessionTimeout);
        Assert.NotEqual(TimeSpan.Zero, Options(Both).ToKafka().SessionTimeout);
        Assert.Contains("sessionTimeout", Assert.Single(Options(Both with { KafkaSessionSeconds = 5 }).Errors), StringComparison.Ordinal);
        Assert.Contains("--kafka-session-seconds is for a cluster", Error(new ClusterArguments { KafkaSessionSeconds = 6 }), StringComparison.Ordinal);
    }

    private static ClusterArguments Both => new() { Kafka = "127.0.0.1:9092", Redis = "127.0.0.1:6379" };

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    private (ClusterOptions? Options, int Errors) Read(ClusterArguments arguments)
    {
        var reader = new ClusterReader(_environment.GetValueOrDefault);
        return (reader.Read(arguments), reader.Errors.Count);
    }

    private ClusterOptions Options(ClusterArguments arguments) => Read(arguments).Options!;

    private string Error(ClusterArguments arguments)
    {
        var reader = new ClusterReader(_environment.GetValueOrDefault);
        Assert.Null(reader.Read(arguments));
        return Assert.Single(reader.Errors);
    }
}
