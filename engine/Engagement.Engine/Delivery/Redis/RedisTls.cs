using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>TLS to Redis by files: whom we trust, and who we are. Read once, at the start.</summary>
internal static class RedisTls
{
    /// <summary>Every file that cannot serve, and why; empty when all is well.</summary>
    public static IEnumerable<string> Validate(RedisOptions options)
    {
        if (options.TlsCertificateFile is null != options.TlsKeyFile is null) yield return "a certificate of ours and its key: both or neither";
        var absent = new[] { options.TlsAuthorityFile, options.TlsCertificateFile, options.TlsKeyFile }.Where(f => f is not null && !File.Exists(f)).ToList();
        foreach (var file in absent) yield return $"{file}: no such file";
        if (absent.Count > 0) yield break;
        if (options.TlsAuthorityFile is { } authority && FaultOf(() => LoadAuthorities(authority)) is { } first) yield return $"{authority}: {first}";
        if (options is { TlsCertificateFile: { } own, TlsKeyFile: { } key } && FaultOf(() => X509Certificate2.CreateFromPemFile(own, key)) is { } second)
            yield return $"{own} with {key}: {second}";
    }

    public static void Add(ConfigurationOptions client, RedisOptions options)
    {
        client.Ssl = true;
        if (options.TlsHost is { } host) client.SslHost = host;
        if (options.TlsAuthorityFile is { } file)
        {
            var authorities = LoadAuthorities(file);
            client.CertificateValidation += (_, served, chain, errors) =>
                served is not null && (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && IsSignedBy(authorities, served, chain);
        }
        if (options.TlsCertificateFile is { } certificate)
        {
            var own = X509Certificate2.CreateFromPemFile(certificate, options.TlsKeyFile);
            client.CertificateSelection += (_, _, _, _, _) => own;
        }
    }

    private static X509Certificate2Collection LoadAuthorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("holds no certificate in PEM form");
    }

    /// <param name="sent">What the server sent along: intermediate authorities, which count only as a way to ours.</param>
    private static bool IsSignedBy(X509Certificate2Collection authorities, X509Certificate served, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        try
        {
            using var certificate = new X509Certificate2(served);
            return chain.Build(certificate);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static string? FaultOf(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
