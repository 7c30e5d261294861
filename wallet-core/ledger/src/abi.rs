//! The contract calls that the wallet makes.

use alloy_sol_types::sol;

sol! {
    #[derive(Debug, PartialEq, Eq)]
    /// ERC-20, EIP-2612's domain, EIP-5267 and EIP-3009, as far as the wallet calls them.
    interface Token {
        event Transfer(address indexed from, address indexed to, uint256 value);
        event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);

        function name() external view returns (string);
        function version() external view returns (string);
        function symbol() external view returns (string);
        function decimals() external view returns (uint8);
        function balanceOf(address account) external view returns (uint256);
        function transfer(address to, uint256 value) external returns (bool);
        function DOMAIN_SEPARATOR() external view returns (bytes32);
        function eip712Domain() external view returns (
            bytes1 fields, string name, string version, uint256 chainId,
            address verifyingContract, bytes32 salt, uint256[] extensions
        );
        function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);
    }
}
