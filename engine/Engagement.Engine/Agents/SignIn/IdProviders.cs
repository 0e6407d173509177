using System.Collections.Concurrent;
using Engagement.Core.Sites;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Engagement.Engine.Agents.SignIn;

/// <summary>
/// What the sites' providers say of themselves, by OpenID Connect Discovery 1.0: read when it is first asked for, again within a day, and, at most every half
/// minute, when a token names a key that is not known. Thread-safe.
/// </summary>
internal sealed class IdProviders(Resilience resilience, ILogger<IdProviders> logger) : IDisposable
{
    private const string DiscoveryPath = ".well-known/openid-configuration";
    private static readonly TimeSpan RefreshMin = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 1 << 20 };
    private readonly ConcurrentDictionary<string, ConfigurationManager<OpenIdConnectConfiguration>> _providers = new(StringComparer.Ordinal);

    /// <summary>Null where the provider cannot be reached, or answers what is none of its own.</summary>
    public async ValueTask<OpenIdConnectConfiguration?> FindAsync(SiteSignIn signIn, CancellationToken cancellation)
    {
        try
        {
            var found = await resilience.SignInKeys.ExecuteAsync(async c => await ProviderOf(signIn).GetConfigurationAsync(c), cancellation);
            if (found.Issuer == signIn.Issuer) return found;
            logger.LogWarning("The provider at {Issuer} calls itself {Other}: its tokens are not taken", signIn.Issuer, found.Issuer);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            logger.LogWarning("The provider at {Issuer} did not say who it is: {Reason}", signIn.Issuer, e.Message);
        }
        return null;
    }

    /// <summary>A token named a key that is not among them.</summary>
    public void Refresh(SiteSignIn signIn) => ProviderOf(signIn).RequestRefresh();

    public void Dispose() => _http.Dispose();

    private ConfigurationManager<OpenIdConnectConfiguration> ProviderOf(SiteSignIn signIn) => _providers.GetOrAdd(signIn.Issuer, issuer =>
        new ConfigurationManager<OpenIdConnectConfiguration>(
            issuer.TrimEnd('/') + "/" + DiscoveryPath, new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever(_http) { RequireHttps = !new Uri(issuer).IsLoopback })
        {
            RefreshInterval = RefreshMin,
        });
}
