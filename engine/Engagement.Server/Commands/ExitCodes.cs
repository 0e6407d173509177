namespace Engagement.Server.Commands;

/// <summary>How the program ends.</summary>
public static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>Something was found wrong, or went wrong on the way.</summary>
    public const int Failed = 1;

    /// <summary>What was asked for cannot be: options or configuration.</summary>
    public const int BadConfiguration = 2;
}
