// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

/// @title Sandbox Yuan
/// @notice Play money of the sandbox ledger: ERC-20 with two decimals (fen), EIP-2612 permits and
/// EIP-3009 authorizations. Its EIP-712 domain is name "Sandbox Yuan", version "1".
/// @dev An authorization's `bytes` signature is r || s || v, 65 bytes; contract signatures (EIP-1271)
/// are not accepted.
contract SandboxYuan is ERC20, ERC20Permit, ERC3009 {
    /// @notice The only account that may mint: the bank embedded in the ledger node.
    address public immutable minter;

    /// @dev `caller` asked to mint without being the minter.
    error NotMinter(address caller);

    /// @dev A minter of zero would make a currency that nobody can ever issue.
    error ZeroMinter();

    constructor(address minter_) ERC20("Sandbox Yuan", "SBY") ERC20Permit("Sandbox Yuan") {
        require(minter_ != address(0), ZeroMinter());
        minter = minter_;
    }

    /// @notice One yuan is 100 fen, and one fen is one atom.
    function decimals() public pure override returns (uint8) {
        return 2;
    }

    /// @notice EIP-712 version, as wallets that probe a token ask for it.
    function version() external pure returns (string memory) {
        return "1";
    }

    /// @notice Issues `value` fen to `to`.
    function mint(address to, uint256 value) external {
        require(msg.sender == minter, NotMinter(msg.sender));
        _mint(to, value);
    }

    /// @notice EIP-3009 `transferWithAuthorization` with the signature as one string of bytes.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        (uint8 v, bytes32 r, bytes32 s) = _split(signature);
        transferWithAuthorization(from, to, value, validAfter, validBefore, nonce, v, r, s);
    }

    /// @notice EIP-3009 `receiveWithAuthorization` with the signature as one string of bytes.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        (uint8 v, bytes32 r, bytes32 s) = _split(signature);
        receiveWithAuthorization(from, to, value, validAfter, validBefore, nonce, v, r, s);
    }

    /// @notice EIP-3009 `cancelAuthorization` with the signature as one string of bytes.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external {
        (uint8 v, bytes32 r, bytes32 s) = _split(signature);
        cancelAuthorization(authorizer, nonce, v, r, s);
    }

    /// @dev EIP-3009 knows one clock, Unix seconds. The base contract would also read block numbers
    /// out of very large values; here a value that large is simply far in the future.
    function _checkValidity(uint256 validAfter, uint256 validBefore) internal view override {
        require(
            block.timestamp > validAfter && block.timestamp < validBefore,
            ERC3009InvalidAuthorizationTime(validAfter, validBefore)
        );
    }

    function _split(bytes calldata signature) private pure returns (uint8 v, bytes32 r, bytes32 s) {
        require(signature.length == 65, ERC3009InvalidSignature());
        return (uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
    }
}
