using System.Reflection;

namespace Engagement.Training.MLNet.Trainers;

/// <summary>The version of the package that a trainer comes from, such as 5.0.1.</summary>
internal static class MlNetVersion
{
    public static string Of(Type trainer) =>
        trainer.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
