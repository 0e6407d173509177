using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// Where Redis is and how to get in: a single server with or without replicas, or some nodes of a Cluster. Immutable; its text form holds no secret.
/// </summary>
public sealed record RedisOptions
{
    /// <summary>
    /// <c>host:port</c> of one or more nodes, separated by commas, and further options of StackExchange.Redis such as <c>keepAlive=30</c>.
    /// Default <c>127.0.0.1:6379</c>.
    /// </summary>
    public string Configuration { get; init; } = "127.0.0.1:6379";

    /// <summary>User of Redis' access list; null for the default user. Needs StackExchange.Redis 2 or later: earlier builds refuse it.</summary>
    public string? User { get; init; }

    /// <summary>Null where none is asked. From environment or file, never from a configuration file.</summary>
    public string? Password { get; init; }

    /// <summary>Speak TLS. Default false.</summary>
    public bool Tls { get; init; }

    /// <summary>Name that the server's certificate must bear; null: the host's.</summary>
    public string? TlsHost { get; init; }

    /// <summary>PEM file of the authority that signed the server's certificate, or of several of them; null: the system's authorities.</summary>
    public string? TlsAuthorityFile { get; init; }

    /// <summary>PEM file of this client's certificate, with <see cref="TlsKeyFile"/>; null where none is asked.</summary>
    public string? TlsCertificateFile { get; init; }

    /// <summary>PEM file of the key to <see cref="TlsCertificateFile"/>.</summary>
    public string? TlsKeyFile { get; init; }

    /// <summary>A command without an answer after so long has failed; the caller may ask again. 100 ms to 1 min, default 5 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>One attempt to connect. 100 ms to 1 min, default 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Every error, empty when all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        try
        {
            if (ConfigurationOptions.Parse(Configuration).EndPoints.Count == 0) errors.Add("configuration: no host:port");
        }
        catch (ArgumentException e)
        {
            errors.Add($"configuration: {e.Message}");
        }
#if OLD_REDIS_CLIENT
        if (User is not null)
            errors.Add("user: this build's Redis client (StackExchange.Redis 1.2) knows a password only; give the default user one, or build with version 2");
#endif
        if (User is not null && Password is null) errors.Add("password: needed with a user");
        if ((TlsHost ?? TlsAuthorityFile ?? TlsCertificateFile ?? TlsKeyFile) is not null && !Tls) errors.Add("tls: its settings stand without it");
        errors.AddRange(RedisTls.Validate(this));
        Bound(CommandTimeout, "commandTimeout");
        Bound(ConnectTimeout, "connectTimeout");
        return errors;

        void Bound(TimeSpan value, string name)
        {
            if (value < TimeSpan.FromMilliseconds(100) || value > TimeSpan.FromMinutes(1)) errors.Add($"{name}: 100 ms to 60000 ms");
        }
    }

    /// <summary>Where to connect, without secrets.</summary>
    public override string ToString() =>
        string.Join(',', ConfigurationOptions.Parse(Configuration).EndPoints.Select(e => e switch
        {
            DnsEndPoint dns => string.Create(CultureInfo.InvariantCulture, $"{dns.Host}:{dns.Port}"),
            _ => e.ToString(),
        }));

    /// <summary>
    /// For the client: it comes up without Redis, tries again for ever, and refuses at once what cannot be sent now rather than queue it.
    /// </summary>
    internal ConfigurationOptions ToClient()
    {
        var client = ConfigurationOptions.Parse(Configuration);
        client.AbortOnConnectFail = false;
        client.ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds;
        client.SyncTimeout = (int)CommandTimeout.TotalMilliseconds;
        client.ReconnectRetryPolicy = new LinearRetry(200);
        client.ConnectRetry = 1;
        // Roles change only in a fail-over; whoever notices one asks at once (RedisConnection), this is for who notices nothing.
        client.ConfigCheckSeconds = 10;
        // The client's own broadcasts and its tie-breaking key: an access list need not allow them.
        client.ConfigurationChannel = "";
        client.TieBreaker = "";
        if (Password is not null) client.Password = Password;
#if !OLD_REDIS_CLIENT
        if (User is not null) client.User = User;
        client.AsyncTimeout = (int)CommandTimeout.TotalMilliseconds;
        client.BacklogPolicy = BacklogPolicy.FailFast;
#endif
        if (Tls) RedisTls.Add(client, this);
        return client;
    }
}
