using Engagement.Core.Sites;
using Microsoft.Extensions.DependencyInjection;

namespace Engagement.Engine.Sites;

/// <summary>Registers what sites need: the catalogue's source, its loader, its state for readiness.</summary>
public static class SiteServices
{
    /// <summary>Reads the files now; throws <see cref="InvalidSiteFilesException"/> with every error when any of them is invalid.</summary>
    public static IServiceCollection AddSites(this IServiceCollection services, SiteOptions options)
    {
        var reader = new SiteDirectoryReader(options);
        var reading = reader.Read();
        if (reading.Errors.Count > 0) throw new InvalidSiteFilesException(reading.Errors);
        services.AddSingleton(options);
        services.AddSingleton(reader);
        services.AddSingleton(new SiteCatalogSource(reading.Catalog));
        services.AddSingleton(new SiteFilesState(reading.Errors));
        services.AddHostedService<SiteReloadWorker>();
        return services;
    }
}

/// <summary>Site files that stop a start.</summary>
public sealed class InvalidSiteFilesException(IReadOnlyList<SiteConfigError> errors)
    : Exception($"Site files are not valid:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}")
{
    public IReadOnlyList<SiteConfigError> Errors { get; } = errors;
}
